import { expect, test } from '@jest/globals';
import { orderIdOf, type Command, type StreamRef, type StreamType } from '@orderloom/decider';
import fc from 'fast-check';
import type { OrderState } from '../order/state.ts';
import { tableStepper } from '../order/lifecycle/stepper.ts';
import { knownLifecycles } from '../order/lifecycles/known.ts';
import { orderStreamType } from '../order/order-stream.ts';
import { withLifecycle } from '../tenant/publishing.ts';
import { withSourcing } from '../tenant/sourcing.ts';
import { defaultPolicy, noTenant, type TenantState } from '../tenant/state.ts';
import type { StockState } from './state.ts';
import { stockKeyOf, stockStreamType } from './stock-stream.ts';

// Stock counts only what it holds, the orders know for which line. The two agree whenever nothing is on its way,
// however the messages between them interleave: between two streams they keep their order, and nothing else is sure.

const shop: TenantState = knownLifecycles.reduce(withLifecycle, {
  ...noTenant,
  created: true,
  policy: { ...defaultPolicy, stock: 'tracked' },
});
const LOCATIONS = ['main', 'annex'];
const rule = { sku: '*', reserveAt: 'placing', locations: LOCATIONS, whenShort: 'wait', waitAtMostMs: 0 };
/** Stock asked at one place and at two, when orders are placed and when they are paid; and what is short is cancelled. */
const shops: readonly TenantState[] = [
  shop,
  withSourcing(shop, rule),
  withSourcing(shop, { ...rule, reserveAt: 'payment', whenShort: 'cancel' }),
  withSourcing(shop, { ...rule, whenShort: 'backorder' }),
  withSourcing(shop, { ...rule, locations: ['main'], reserveAt: 'payment', whenShort: 'backorder' }),
];
const skus = ['A', 'B', 'C'];
const orderIds = [1, 2].map((n) => orderIdOf(1_000, 1, n));

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- orders and stock side by side
const types: Readonly<Record<string, StreamType<any, any, any, any>>> = {
  order: orderStreamType({ stepper: tableStepper }),
  stock: stockStreamType,
};
const refOf = (type: string, key: string): StreamRef => ({ tenant: 'main', type, key });

type Message = { readonly to: StreamRef; readonly command: Command; readonly origin: StreamRef | null };

/** Streams and what is on its way between them, one queue for each pair. */
class World {
  readonly #states = new Map<string, unknown>();
  readonly #queues = new Map<string, Message[]>();
  readonly #seen: Set<string>;
  readonly #tenant: TenantState;

  constructor(seen: Set<string>, tenant: TenantState) {
    this.#seen = seen;
    this.#tenant = tenant;
  }

  stateOf(type: string, key: string): unknown {
    return this.#states.get(`${type}/${key}`) ?? types[type]?.decider.initialState;
  }

  /** Whether anything was on its way; `pick` chooses among the pairs. */
  deliver(pick: number): boolean {
    const waiting = [...this.#queues.values()].filter((queue) => queue.length > 0);
    const message = waiting[pick % waiting.length]?.shift();
    if (message) this.decide(message);
    return message !== undefined;
  }

  settle(): void {
    while (this.deliver(0));
  }

  decide({ to, command, origin }: Message): void {
    const type = types[to.type]!;
    const context = {
      stream: to,
      now: 1_000,
      global: this.#tenant,
      globalVersion: 1,
      actor: 'ann',
      channel: null,
    };
    const decision = type.decider.decide(this.stateOf(to.type, to.key), command, context);
    if (decision.outcome === 'rejected') {
      const back =
        origin && types[origin.type]?.onRefused?.[command.type]?.(command.data, decision.rejection, to);
      if (origin && back) this.#send({ to: origin, command: back, origin: null }, to);
      // Only a reservation may be refused, and a place in a queue: what is confirmed, released or put back is there.
      else if (origin && !/Backorder$/.test(command.type))
        expect(`${command.type} refused: ${decision.rejection.code}`).toBe('accepted');
    }
    if (decision.outcome !== 'accepted') return;
    for (const event of decision.events) {
      this.#seen.add(event.type as string);
      const before = this.stateOf(to.type, to.key);
      const recorded = { stream: to, recordedAt: 1_000, version: 1, global: this.#tenant };
      const state: unknown = type.decider.evolve(before, event, recorded);
      this.#states.set(`${to.type}/${to.key}`, state);
      const sent = type.reactions?.[event.type as string]?.react(state, event.data, to, recorded) ?? [];
      for (const one of sent)
        this.#send({ to: refOf(one.to.type, one.to.key), command: one.command, origin: to }, to);
    }
  }

  #send(message: Message, from: StreamRef): void {
    const pair = `${from.type}/${from.key} ${message.to.type}/${message.to.key}`;
    this.#queues.set(pair, [...(this.#queues.get(pair) ?? []), message]);
  }
}

const lines = fc.uniqueArray(
  fc.record({ lineId: fc.constantFrom(...skus), quantity: fc.integer({ min: 1, max: 2 }) }),
  { minLength: 1, selector: ({ lineId }) => lineId },
);
const wish = (type: string, data: fc.Arbitrary<object> = fc.constant({})): fc.Arbitrary<Command> =>
  data.map((said) => ({ type, data: said }));
const parcelId = fc.constantFrom('P1', 'P2', 'P3');
const payment = { paymentId: 'p', amount: 1_200, currency: 'EUR', provider: 'bank' };
const toOrder = fc.oneof(
  { weight: 3, arbitrary: wish('ConfirmPayment', fc.constant(payment)) },
  { weight: 6, arbitrary: wish('ShipLines', fc.record({ parcelId, lines })) },
  { weight: 6, arbitrary: wish('ConfirmDelivery', fc.record({ parcelId })) },
  { weight: 2, arbitrary: wish('ConfirmOrder') },
  { weight: 2, arbitrary: wish('PickLines', fc.record({ lines })) },
  { weight: 2, arbitrary: wish('ReportShortage', fc.record({ lines })) },
  { weight: 4, arbitrary: wish('ReorderLines', fc.record({ lines })) },
  { weight: 2, arbitrary: wish('CancelOrder', fc.record({ reason: fc.constant('r'), lines })) },
  { weight: 1, arbitrary: wish('CancelOrder', fc.constant({ reason: 'r', lines: null })) },
  { weight: 1, arbitrary: wish('TimeOutPayment') },
  { weight: 4, arbitrary: wish('RequestReturn', fc.record({ lines, reason: fc.constant('r') })) },
  {
    weight: 4,
    arbitrary: wish(
      'ResolveReturn',
      fc.record({
        returnId: fc.constantFrom('return-1', 'return-2'),
        accepted: fc.constant(true),
        exchange: fc.boolean(),
        reason: fc.constant('r'),
      }),
    ),
  },
);
const because = { reason: 'r' };
const byOperators = fc.oneof(
  wish('HoldOrder', fc.constant({ ...because, holdId: null })),
  wish('ReleaseHold', fc.constantFrom({ holdId: 'hold-1' }, { holdId: 'hold-2' })),
  wish(
    'OverrideStatus',
    fc.constantFrom(
      { ...because, region: 'fulfilment', status: 'delivered' },
      { ...because, region: 'fulfilment', status: 'shipped' },
      { ...because, region: 'payment', status: 'void' },
    ),
  ),
);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.nat({ max: 99 }) },
  { weight: 4, arbitrary: fc.record({ order: fc.constantFrom(...orderIds), command: toOrder }) },
  { weight: 1, arbitrary: fc.record({ order: fc.constantFrom(...orderIds), command: byOperators }) },
  { weight: 1, arbitrary: fc.constantFrom(...skus) },
);

const placement = (lifecycle: string): Command => ({
  type: 'PlaceOrder',
  data: {
    buyerId: null,
    merchantId: null,
    lifecycle,
    currency: 'EUR',
    lines: skus.map((sku) => ({ lineId: sku, sku, quantity: 4, unitPrice: 100, discount: 0, tax: null })),
    shipping: 0,
    fees: 0,
    discount: 0,
    total: 1_200,
    receiver: null,
    externalId: null,
    allowRepeat: true,
    paymentMethod: null,
    payBy: null,
    fields: {},
  },
});
/** Half of an order has arrived before the schedule begins, so that returns are not too rare in it. */
const opening: readonly Command[] = [
  { type: 'ConfirmOrder', data: {} },
  { type: 'ConfirmPayment', data: payment },
  { type: 'ShipLines', data: { parcelId: 'P0', lines: skus.map((sku) => ({ lineId: sku, quantity: 2 })) } },
  { type: 'ConfirmDelivery', data: { parcelId: 'P0' } },
];
const receipt = (quantity: number): Command => ({ type: 'ReceiveStock', data: { quantity, reference: 'r' } });
const fromOutside = (type: string, key: string, command: Command): Message => ({
  to: refOf(type, key),
  command,
  origin: null,
});
const stockOf = (world: World, sku: string, location: string) =>
  world.stateOf('stock', stockKeyOf(sku, location)) as StockState;

/** What the orders say of a sku at a location: units held for them, and units that left and did not come back. */
const ordersSay = (world: World, sku: string, location: string) => {
  const index = skus.indexOf(sku);
  const counts = orderIds
    .map((id) => world.stateOf('order', id) as OrderState)
    .filter(({ placed }) => placed.lines[index]!.location === location)
    .map(({ lines: ofOrder }) => ofOrder[index]!);
  return {
    asked: counts.reduce((sum, { asked }) => sum + asked, 0),
    held: counts.reduce((sum, { reserved }) => sum + reserved, 0),
    shipped: counts.reduce((sum, { shipped, returned }) => sum + shipped - returned, 0),
  };
};

const everyMove = [
  ...['StockReserved', 'StockReleased', 'StockConfirmed', 'StockRestocked'],
  ...['LinesReserved', 'ReservationRefused', 'ReservationReturned', 'LinesReordered', 'PaymentTimedOut'],
  ...['ReservationRequested', 'LinesRelocated'],
  ...['OrderHeld', 'HoldReleased', 'StatusOverridden'],
  ...['BackorderPlaced', 'BackorderFilled', 'BackorderDropped'],
];

test('at rest stock holds exactly what the orders hold, per sku', () => {
  const seen = new Set<string>();
  const lifecycle = fc.constantFrom('retail', 'terms');
  fc.assert(
    fc.property(
      fc.record({ name: lifecycle, tenant: fc.constantFrom(...shops) }),
      fc.nat({ max: 9 }),
      fc.boolean(),
      fc.array(step, { maxLength: 150, size: 'max' }),
      ({ name, tenant }, first, begun, steps) => {
        const world = new World(seen, tenant);
        for (const sku of skus)
          for (const location of LOCATIONS)
            world.decide(fromOutside('stock', stockKeyOf(sku, location), receipt(first + 1)));
        for (const id of orderIds) world.decide(fromOutside('order', id, placement(name)));
        if (begun) {
          world.settle();
          for (const command of opening) world.decide(fromOutside('order', orderIds[0]!, command));
        }
        for (const one of steps)
          if (typeof one === 'number') world.deliver(one);
          else if (typeof one === 'string')
            world.decide(fromOutside('stock', stockKeyOf(one, 'main'), receipt(2)));
          else world.decide(fromOutside('order', one.order, one.command));
        world.settle();
        for (const sku of skus)
          for (const location of LOCATIONS) {
            const { held, shipped } = stockOf(world, sku, location);
            expect({ asked: 0, held, shipped }).toEqual(ordersSay(world, sku, location));
          }
      },
    ),
    { numRuns: 500 },
  );
  // The schedules were worth something: every way that pieces can move was gone.
  expect([...seen]).toEqual(expect.arrayContaining(everyMove));
});
