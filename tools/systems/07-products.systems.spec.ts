// What a kind of product is: a lifecycle, with the fields that its orders have. Whichever is registered, ours or a user's, makes
// orders, takes money, refuses what cannot be, and shows what there is. One suite for all of them.
import { expect } from '@jest/globals';
import {
  approvalRegion,
  compiledLifecycle,
  defineLifecycle,
  domainRegistry,
  knownLifecycles,
  lifecyclesIn,
  tableStepper,
  WHEN_APPROVED,
  type Lifecycle,
} from '@orderloom/domain';
import { presentOrder, type OrderDocument } from '@orderloom/views';
import { anythingFollows, undeclaredFields } from './without.ts';
import { openShop, payment, pieces, PRICE, type Shop } from './shop.ts';
import { statement } from './statement.ts';

/** Flights among companies: somebody approves the trip, and it has a passenger's cost centre. */
const trips = defineLifecycle({
  ...{ name: 'trips', version: 1, extends: 'retail', regions: { approval: approvalRegion } },
  requires: [
    { symbols: ['LinesPicked', 'LinesShipped', 'LinesShipped:last', 'PaymentTimedOut'], when: WHEN_APPROVED },
  ],
  fields: {
    costCentre: { type: 'text', maxLength: 8, required: true },
    legs: { type: 'number', min: 1, max: 6 },
  },
});

const registered = [
  ...knownLifecycles,
  ...lifecyclesIn({ lifecycles: [trips] }).map(({ published }) => published),
];

/** What has to be said of an order of some kinds before they are paid for. */
const FIRST = [
  ['ConfirmOrder', {}],
  ['ApproveOrder', { reason: null }],
] as const;

const fieldsFor = ({ definition }: Lifecycle): Readonly<Record<string, string>> =>
  definition.fields === undefined ? {} : { costCentre: '4711', legs: '3' };

type Product = { readonly shop: Shop; readonly lifecycle: Lifecycle };

const created = async ({ shop, lifecycle }: Product): Promise<string> => {
  const { name } = lifecycle.definition;
  const order = await shop.place(name, { lifecycle: name, fields: fieldsFor(lifecycle) });
  expect((await shop.stateOf(order)).lifecycle).toBe(lifecycle.ref);
  const history = await shop.historyOf(order);
  expect(history[0]).toBe('OrderPlaced');
  return order;
};

const validated = async ({ shop, lifecycle }: Product): Promise<void> => {
  const { name } = lifecycle.definition;
  const place = (more: object) =>
    shop.say('order', 'PlaceOrder', {
      ...{
        buyerId: null,
        merchantId: null,
        lifecycle: name,
        currency: 'EUR',
        fees: 0,
        discount: 0,
        shipping: 0,
      },
      ...{
        receiver: null,
        externalId: null,
        allowRepeat: true,
        paymentMethod: null,
        payBy: null,
        total: PRICE,
      },
      ...{ fields: fieldsFor(lifecycle), ...more },
      lines: [{ lineId: 'a', sku: 'TEA', quantity: 1, unitPrice: PRICE, discount: 0, tax: null }],
    });
  const code = async (more: object) => (await place(more)).rejection?.code;
  expect(await code({ total: PRICE + 1 })).toBe('total-mismatch');
  expect(await code({ fields: { ...fieldsFor(lifecycle), planted: 'x' } })).toBe('unknown-field');
  expect(await code({ currency: 'XQX' })).toBe('unknown-currency');
};

/** Nothing but what may follow does: whatever its lifecycle does not allow now is refused, and changes nothing. */
const guarded = async ({ shop, lifecycle }: Product, order: string): Promise<void> => {
  const goods = ['ShipLines', { parcelId: 'P', lines: pieces(1) }] as const;
  const may = tableStepper.next(lifecycle, (await shop.stateOf(order)).status, 'LinesShipped:last') >= 0;
  const before = await shop.stateOf(order);
  if (may) return;
  expect(await shop.sayTo(order, ...goods)).toMatchObject({ outcome: 'refused' });
  expect(await shop.stateOf(order)).toEqual(before);
};

const paid = async ({ shop }: Product, order: string): Promise<void> => {
  for (const [type, data] of FIRST) {
    const explained = await shop.engine.explain({ tenant: 'main', type: 'order', key: order });
    if (explained?.explanation.allowedCommands.includes(type))
      expect(await shop.sayTo(order, type, data, { actor: 'ann' })).toMatchObject({ outcome: 'accepted' });
  }
  const wrong = await shop.sayTo(order, 'ConfirmPayment', { ...payment, amount: PRICE - 1 });
  expect(wrong).toMatchObject({ outcome: 'refused', rejection: { code: 'amount-mismatch' } });
  expect(await shop.sayTo(order, 'ConfirmPayment', payment)).toMatchObject({ outcome: 'accepted' });
  expect(shop.statusOf(order)['payment']).toBe('paid');
};

const shown = async ({ shop, lifecycle }: Product, order: string): Promise<void> => {
  await shop.engine.settled();
  const stored = await shop.engine.get('order', 'main', order);
  const { version, document } = stored as { readonly version: number; readonly document: OrderDocument };
  const detail = presentOrder({ id: order, version, document });
  const { name, version: of } = lifecycle.definition;
  expect(detail).toMatchObject({
    ...{ orderId: order, lifecycle: { name, version: of }, fields: fieldsFor(lifecycle) },
    money: { total: PRICE, paid: PRICE, outstanding: 0 },
  });
  expect(Object.keys(detail.status).sort()).toEqual(Object.keys(lifecycle.definition.regions).sort());
  expect(detail.status).toEqual(shop.statusOf(order));
};

statement('7.2', async ({ has }) => {
  const stepper = has('grammar') ? tableStepper : anythingFollows;
  const domain = domainRegistry({ stepper, lifecycles: registered });
  const shop = await openShop({ registry: has('declared-fields') ? domain : undeclaredFields(domain) });
  for (const lifecycle of registered.map(compiledLifecycle)) {
    const product = { shop, lifecycle };
    const order = await created(product);
    await validated(product);
    await guarded(product, order);
    await paid(product, order);
    await shown(product, order);
  }
});
