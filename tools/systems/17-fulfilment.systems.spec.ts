// Orders that several warehouses send: what each does with its part is what becomes of the order, and a warehouse that does
// not answer is asked again and then found by somebody.
import { afterEach, expect } from '@jest/globals';
import {
  domainRegistry,
  isUnanswered,
  lineShares,
  statusOfFulfilments,
  tableStepper,
  type FulfilmentState,
  type FulfilmentStatus,
} from '@orderloom/domain';
import type { CallToMake } from '@orderloom/effects';
import { openCallingShop, type CallingShop } from './calling-shop.ts';
import { MINUTE, openShop, payment, type Shop, type ShopParts } from './shop.ts';
import { statement } from './statement.ts';
import { noDeadlines, ofTheirOwn } from './without.ts';

const registry = domainRegistry({ stepper: tableStepper });
const opened: CallingShop[] = [];
afterEach(async () => {
  for (const shop of opened.splice(0)) await shop.stop();
});

const PLACES = ['berlin', 'paris', 'rome'];

/** Three lines, each from another warehouse, with a discount over all of them that cannot be cut in equal parts. */
const threeLines = PLACES.map((place, index) => ({
  ...{ lineId: place, sku: place, quantity: index + 1, unitPrice: 333, discount: 0, tax: null },
}));
const cart = { lines: threeLines, discount: 100, shipping: 499, fees: 0, total: 6 * 333 - 100 + 499 };

const splittingShop = async (parts: ShopParts): Promise<Shop> => {
  const shop = await openShop(parts);
  await shop.setPolicy({ fulfilment: 'split' });
  for (const sku of PLACES) {
    const rule = { sku, reserveAt: 'placing', locations: [sku], whenShort: 'wait' };
    await shop.say('tenant/main', 'SetSourcing', rule);
  }
  return shop;
};

const CANCEL = ['CancelFulfilment', { reason: 'broken' }] as const;
const SHIP = (part: string) =>
  ['ShipFulfilment', { parcelId: `P-${part}`, carrier: null, trackingNumber: null }] as const;

/** What is said to a part until it is in a status; `part`: its name. */
const waysTo: Readonly<Record<string, (part: string) => readonly (readonly [string, object])[]>> = {
  requested: () => [],
  acknowledged: () => [['AcknowledgeFulfilment', { reference: null }]],
  picked: () => [['PickFulfilment', {}]],
  held: () => [['HoldFulfilment', { reason: 'recall' }]],
  shipped: (part) => [SHIP(part)],
  delivered: (part) => [SHIP(part), ['DeliverFulfilment', { parcelId: `P-${part}`, proof: null }]],
  cancelled: () => [CANCEL],
};

const statuses = Object.keys(waysTo);
const mixtures = statuses.flatMap((a) => statuses.flatMap((b) => statuses.map((c) => [a, b, c])));

const partOf = async ({ engine }: Shop, key: string): Promise<FulfilmentState> =>
  (await engine.stateOf({ tenant: 'main', type: 'fulfilment', key }))?.state as FulfilmentState;

statement('17.1', async ({ has }) => {
  const shop = await splittingShop({ registry: has('decided-together') ? registry : ofTheirOwn(registry) });
  const shares = lineShares({ ...cart, lines: threeLines });
  for (const wanted of mixtures) {
    const order = await shop.place(wanted.join('-'), cart);
    await shop.sayTo(order, 'ConfirmPayment', { ...payment, amount: cart.total });
    const parts = PLACES.map((_, index) => `${order}.${String(index + 1)}`);
    for (const [index, part] of parts.entries())
      for (const [type, data] of waysTo[wanted[index]!]!(part))
        await shop.say(`fulfilment/${part}`, type, data);

    const found = await Promise.all(parts.map((part) => partOf(shop, part)));
    const ofParts = found.map(({ status }): FulfilmentStatus => status);
    expect(ofParts).toEqual(wanted);
    expect([wanted, shop.statusOf(order)['fulfilment']]).toEqual([wanted, statusOfFulfilments(ofParts)]);

    const { money } = await shop.stateOf(order);
    const refunded = money.refunds.reduce((sum, { amount }) => sum + amount, 0);
    const share = wanted.reduce(
      (sum, status, index) => sum + (status === 'cancelled' ? shares[index]! : 0),
      0,
    );
    const isAll = wanted.every((status) => status === 'cancelled');
    expect([wanted, refunded]).toEqual([wanted, isAll ? cart.total : share]);
  }
});

statement('17.5', async ({ has }) => {
  const calls: CallToMake[] = [];
  const shop = await openCallingShop(
    (call) => {
      calls.push(call);
      return { outcome: 'succeeded', code: 'http-202' };
    },
    { registry: has('timers-from-the-log') ? registry : noDeadlines(registry) },
  );
  opened.push(shop);
  await shop.setPolicy({ fulfilment: 'split', acknowledgeWithinMs: MINUTE, maxRequests: 3 });
  await shop.say('tenant/main', 'SubscribeWebhook', {
    ...{ name: 'wms', url: 'https://wms.example', events: ['FulfilmentRequested', 'FulfilmentUnanswered'] },
    ...{ maxAttempts: 20, firstRetryMs: 1_000, inOrder: false },
  });
  const toldOf = (order: string) =>
    calls
      .filter(({ subject }) => subject === order)
      .map(({ eventType, data }) => {
        const { fulfilmentId } = JSON.parse(data) as { readonly fulfilmentId: string };
        return [eventType, fulfilmentId];
      });
  const asked = (order: string, times: number) =>
    Array.from({ length: times }, () => ['FulfilmentRequested', `${order}.1`]);
  const silent = await shop.paid('silent');
  const prompt = await shop.paid('prompt');
  const acknowledge = (order: string) =>
    shop.say(`fulfilment/${order}.1`, 'AcknowledgeFulfilment', { reference: 'wms-1' });
  expect(await acknowledge(prompt)).toMatchObject({ outcome: 'accepted' });
  for (let minute = 0; minute < 10; minute++) {
    await shop.calm();
    await shop.pass(MINUTE);
  }
  await shop.calm();
  expect(toldOf(prompt)).toEqual(asked(prompt, 1));
  expect(toldOf(silent)).toEqual([...asked(silent, 3), ['FulfilmentUnanswered', `${silent}.1`]]);
  expect(isUnanswered(await shop.stateOf(silent))).toBe(true);
  expect(await acknowledge(silent)).toMatchObject({ outcome: 'accepted' });
  await shop.calm();
  expect(isUnanswered(await shop.stateOf(silent))).toBe(false);
});
