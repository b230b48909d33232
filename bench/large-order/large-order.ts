import type { DecideContext, StreamRef } from '@orderloom/decider';
import {
  knownLifecycles,
  orderStreamType,
  tableStepper,
  tenantStreamType,
  type OrderCommand,
  type OrderState,
  type TenantState,
} from '@orderloom/domain';

/** What the limit speaks of. */
const LINES = 500;
const EVENTS = 200;

const UNITS = 10;
const NOON = 1_717_416_000_000;
const stream: StreamRef = { tenant: 'main', type: 'order', key: '06avjvz8000000000000z' };
const { decider } = orderStreamType({ stepper: tableStepper });

const { decider: tenants } = tenantStreamType({ lifecycles: knownLifecycles });
const tenant = knownLifecycles.reduce<TenantState>(
  (state, data) =>
    tenants.evolve(
      state,
      { type: 'LifecyclePublished', data },
      {
        stream: { tenant: 'main', type: 'tenant', key: 'main' },
        recordedAt: NOON,
        version: 1,
        global: state,
      },
    ),
  tenants.initialState,
);
const context: DecideContext<TenantState> = {
  ...{ stream, now: NOON, global: tenant, globalVersion: 1, actor: 'ann', channel: null },
};

/** An order in a decider's hands, with how many events made it. */
type Aged = { readonly state: OrderState; readonly events: number };

/** Decides and folds one command. Throws where it is refused: then nothing was measured. */
export const done = ({ state, events }: Aged, command: OrderCommand): Aged => {
  const decision = decider.decide(state, command, context);
  if (decision.outcome !== 'accepted') throw new Error(`${command.type}: ${JSON.stringify(decision)}`);
  let next = state;
  let version = events;
  for (const event of decision.events)
    next = decider.evolve(next, event, { stream, recordedAt: NOON, version: ++version, global: tenant });
  return { state: next, events: version };
};

const lineId = (index: number): string => `line-${index % LINES}`;

/** One unit each of so many lines, the first of which is `from`. */
const units = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ lineId: lineId(from + index), quantity: 1 }));

const place: OrderCommand = {
  type: 'PlaceOrder',
  data: {
    ...{ buyerId: 'ann', merchantId: 'mill', lifecycle: 'retail', currency: 'EUR', receiver: null },
    ...{ externalId: null, allowRepeat: false, fields: {}, shipping: 499, fees: 0, discount: 700 },
    ...{ paymentMethod: null, payBy: null },
    total: LINES * UNITS * 1000 + 499 - 700,
    lines: Array.from({ length: LINES }, (_, index) => ({
      ...{
        lineId: lineId(index),
        sku: `sku-${index}`,
        quantity: UNITS,
        unitPrice: 1000,
        discount: 0,
        tax: null,
        name: null,
      },
    })),
  },
};

const pay: OrderCommand = {
  type: 'ConfirmPayment',
  data: { paymentId: 'p-1', amount: place.data.total, currency: 'EUR', provider: 'bank' },
};

const ship = (parcel: number, lines: number): OrderCommand => ({
  type: 'ShipLines',
  data: { parcelId: `parcel-${parcel}`, lines: units(parcel * lines, lines) },
});

const deliver = (parcel: number): OrderCommand => ({
  type: 'ConfirmDelivery',
  data: { parcelId: `parcel-${parcel}` },
});

const sendBack = (parcel: number): OrderCommand => ({
  type: 'RequestReturn',
  data: { lines: units(parcel * 10, 2), reason: 'too small' },
});

const resolve = (number: number): OrderCommand => ({
  type: 'ResolveReturn',
  data: { returnId: `return-${number}`, accepted: true, exchange: false, reason: 'as new' },
});

/** An order of 500 lines behind 200 events: paid, some of it in parcels, some arrived, some of that back. */
export const agedOrder = (): Aged => {
  let order = done(done({ state: decider.initialState, events: 0 }, place), pay);
  for (let parcel = 0; order.events < EVENTS; parcel++) {
    order = done(order, ship(parcel, 10));
    order = done(order, deliver(parcel));
    if (parcel % 4 === 0) order = done(order, sendBack(parcel));
    if (parcel % 8 === 0) order = done(order, resolve(parcel / 4 + 1));
  }
  return order;
};

/** What may come next, each of its own kind; the dearest ones name every line. */
export const nextCommands = (): Readonly<Record<string, OrderCommand>> => ({
  'ship 10 lines': ship(1000, 10),
  'ship 500 lines': { type: 'ShipLines', data: { parcelId: 'all', lines: units(0, LINES) } },
  'cancel 500 lines': { type: 'CancelOrder', data: { reason: 'not wanted', lines: units(0, LINES) } },
  'request a return': sendBack(1),
  'resolve a return': resolve(2),
  'hold it': { type: 'HoldOrder', data: { holdId: 'h-1', reason: 'to be looked at' } },
});
