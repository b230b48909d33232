// Orders over three lines, whose stock stands in other partitions: however their commands, their messages and the
// take-overs of their owners interleave, at rest stock holds what the orders hold, and their money adds up.
import { describe, expect, test } from '@jest/globals';
import { slotOf } from '@orderloom/decider';
import {
  lineShares,
  outstanding,
  shareOfUnits,
  stockKeyOf,
  surplusOf,
  type OrderState,
  type StockState,
} from '@orderloom/domain';
import type { CommandRequest } from '@orderloom/engine';
import fc from 'fast-check';
import { exampleCluster, type ExampleCluster } from './example-cluster.ts';
import { command, orderLine, place, placement, setPolicy } from './example-commands.ts';

/** The same schedules in every run of the tests, new ones at full size. */
const RUNS = process.env['ORDERLOOM_SIZE'] === 'full' ? { numRuns: 3_000 } : { numRuns: 100, seed: 11 };
const BUYERS = ['ann', 'bob', 'cid'];

/** Three skus in three different slots, one of each remainder, so that three partitions own one each. */
const SKUS = [0, 1, 2].map((rest) => {
  for (let n = 0; ; n++) {
    const sku = `SKU-${String(n)}`;
    if (slotOf('main', stockKeyOf(sku, 'main')) % 3 === rest) return sku;
  }
});
const LINES = ['a', 'b', 'c'];
const EXPECTED = ['ReservationRefused', 'LinesCancelled', 'OrderCancelled', 'LinesDelivered'];

type Shop = ExampleCluster & { readonly orderIds: readonly string[]; readonly sent: CommandRequest[] };

const stockedShop = (partitions: number, received: readonly number[]): ExampleCluster => {
  const shop = exampleCluster(partitions);
  shop.submit(0, setPolicy({ stock: 'tracked' }, 'policy'));
  shop.drain();
  for (const [n, quantity] of received.entries())
    shop.submit(n % partitions, receive(SKUS[n]!, quantity + 1, `receive-${String(n)}`));
  shop.drain();
  return shop;
};

const openShop = (partitions: number, lifecycle: string, received: readonly number[]): Shop => {
  const shop = stockedShop(partitions, received);
  const lines = LINES.map((lineId, n) => orderLine(lineId, SKUS[n]!, n + 1));
  for (const [n, buyerId] of BUYERS.entries())
    shop.submit(n % partitions, place(placement({ buyerId, lifecycle, lines }), `place-${buyerId}`));
  // Only the placements themselves: what they ask of stock is still on its way.
  const placed = () => shop.cluster.results.filter(({ commandId }) => commandId.startsWith('place-'));
  while (placed().length < BUYERS.length)
    for (let partition = 0; partition < partitions; partition++) shop.step(partition);
  return { ...shop, orderIds: placed().map(({ stream }) => stream.key), sent: [] };
};

const receive = (sku: string, quantity: number, id: string): CommandRequest =>
  command({ type: 'stock', key: stockKeyOf(sku, 'main') }, 'ReceiveStock', { quantity, reference: 'r' }, id);

const stockOf = (shop: Shop, sku: string) => shop.stateOf('stock', stockKeyOf(sku, 'main')) as StockState;
const ordersOf = (shop: Shop) => shop.orderIds.map((key) => shop.stateOf('order', key) as OrderState);

type Wish = (order: OrderState) => { readonly type: string; readonly data: object; readonly hops?: number };

const lines = fc.uniqueArray(
  fc.record({ lineId: fc.constantFrom(...LINES), quantity: fc.integer({ min: 1, max: 3 }) }),
  { minLength: 1, selector: ({ lineId }) => lineId },
);
const parcelId = fc.constantFrom('P1', 'P2', 'P3');
const saying = (type: string, data: fc.Arbitrary<object> = fc.constant({})): fc.Arbitrary<Wish> =>
  data.map((said) => () => ({ type, data: said }));
const payment: Wish = (order) => ({
  type: 'ConfirmPayment',
  data: { paymentId: 'p', amount: outstanding(order), currency: 'EUR', provider: 'bank' },
});
/** What stock holds of every line, so that orders get far. */
const shipHeld: Wish = ({ placed, parcels, lines: counts }) => ({
  type: 'ShipLines',
  data: {
    parcelId: `P${String(parcels.length)}`,
    lines: placed.lines
      .map(({ lineId }, n) => ({ lineId, quantity: counts[n]?.reserved ?? 0 }))
      .filter(({ quantity }) => quantity > 0),
  },
});
const deliverFirst: Wish = ({ parcels }) => ({
  type: 'ConfirmDelivery',
  data: { parcelId: parcels.find(({ delivered }) => !delivered)?.parcelId ?? 'none' },
});
const wish = fc.oneof(
  { weight: 4, arbitrary: fc.constant(payment) },
  { weight: 2, arbitrary: saying('ConfirmOrder') },
  { weight: 1, arbitrary: fc.constant<Wish>(() => ({ type: 'TimeOutPayment', data: {}, hops: 1 })) },
  { weight: 4, arbitrary: saying('CancelOrder', fc.record({ reason: fc.constant('r'), lines })) },
  { weight: 2, arbitrary: saying('CancelOrder', fc.constant({ reason: 'r', lines: null })) },
  { weight: 3, arbitrary: saying('ShipLines', fc.record({ parcelId, lines })) },
  { weight: 5, arbitrary: fc.constant(shipHeld) },
  { weight: 5, arbitrary: fc.constant(deliverFirst) },
  { weight: 2, arbitrary: saying('PickLines', fc.record({ lines })) },
  { weight: 2, arbitrary: saying('ReorderLines', fc.record({ lines })) },
  { weight: 2, arbitrary: saying('RequestReturn', fc.record({ lines, reason: fc.constant('r') })) },
  {
    weight: 2,
    arbitrary: saying(
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
const act = fc.oneof(
  { weight: 6, arbitrary: fc.record({ order: fc.nat({ max: 2 }), wish, door: fc.nat({ max: 2 }) }) },
  { weight: 12, arbitrary: fc.record({ step: fc.nat({ max: 2 }) }) },
  { weight: 1, arbitrary: fc.record({ takeOver: fc.nat({ max: 2 }) }) },
  { weight: 1, arbitrary: fc.record({ again: fc.nat({ max: 99 }), door: fc.nat({ max: 2 }) }) },
  { weight: 1, arbitrary: fc.record({ receive: fc.nat({ max: 2 }) }) },
);
type Act = typeof act extends fc.Arbitrary<infer A> ? A : never;

const perform = async (shop: Shop, one: Act, n: number): Promise<void> => {
  const at = (index: number): number => index % shop.partitions;
  if ('step' in one) shop.step(at(one.step));
  else if ('takeOver' in one) await shop.cluster.takeOver(at(one.takeOver));
  else if ('receive' in one) shop.submit(0, receive(SKUS[one.receive]!, 2, `more-${String(n)}`));
  else if ('again' in one) {
    const request = shop.sent[one.again % Math.max(1, shop.sent.length)];
    if (request) shop.submit(at(one.door), request);
  } else {
    const key = shop.orderIds[one.order]!;
    const { type, data, hops = 0 } = one.wish(shop.stateOf('order', key) as OrderState);
    const request = { ...command({ type: 'order', key }, type, data, `${type}-${String(n)}`), hops };
    shop.sent.push(request);
    shop.submit(at(one.door), request);
  }
};

/** What is still owed or kept of an order is its total less the exact shares of what was cancelled or came back. */
const expectMoneyWhole = (order: OrderState): void => {
  const shares = lineShares(order.placed);
  const left = order.placed.lines.reduce((sum, line, n) => {
    const { cancelled, returned } = order.lines[n]!;
    return sum - shareOfUnits(shares[n]!, line.quantity, 0, cancelled + returned);
  }, order.placed.total);
  const { paid, refunds } = order.money;
  const kept = refunds.reduce((sum, { amount }) => sum - amount, paid + surplusOf(order.money));
  expect({ left, outstanding: outstanding(order) }).toEqual({
    left: outstanding(order) + kept,
    outstanding: paid > 0 ? 0 : left,
  });
};

const expectAtRest = (shop: Shop): void => {
  const orders = ordersOf(shop);
  for (const [n, sku] of SKUS.entries()) {
    const counts = orders.map((order) => order.lines[n]!);
    const total = (of: (one: (typeof counts)[number]) => number): number =>
      counts.reduce((sum, one) => sum + of(one), 0);
    const { received, adjusted, available, held, shipped } = stockOf(shop, sku);
    expect({ sku, asked: 0, held, shipped }).toEqual({
      sku,
      asked: total(({ asked }) => asked),
      held: total(({ reserved }) => reserved),
      shipped: total((one) => one.shipped - one.returned),
    });
    expect(Math.min(available, held, shipped)).toBeGreaterThanOrEqual(0);
    expect(available + held + shipped).toBe(received + adjusted);
  }
  orders.forEach(expectMoneyWhole);
};

describe.each([
  ['three partitions', 3],
  ['one partition', 1],
])('random schedules on %s', (_, partitions) => {
  test.each(['retail', 'terms'])(
    'leave stock and money of %s orders whole at rest',
    async (lifecycle) => {
      const stock = fc.tuple(fc.nat({ max: 4 }), fc.nat({ max: 6 }), fc.nat({ max: 9 }));
      const reached = new Set<string>();
      await fc.assert(
        fc.asyncProperty(
          stock,
          fc.array(act, { minLength: 30, maxLength: 120, size: 'max' }),
          async (received, acts) => {
            const shop = openShop(partitions, lifecycle, received);
            for (const [n, one] of acts.entries()) await perform(shop, one, n);
            shop.drain();
            expectAtRest(shop);
            for (let partition = 0; partition < partitions; partition++) {
              expect(shop.cluster.processor(partition).partition.parkedAt.size).toBe(0);
              for (const { type } of shop.cluster.events(partition)) reached.add(type);
            }
          },
        ),
        RUNS,
      );
      // A schedule in which nothing happens proves nothing.
      expect([...reached]).toEqual(expect.arrayContaining(EXPECTED));
    },
    600_000,
  );
});

test('a reservation that reaches a cancelled order goes back to stock', () => {
  const shop = stockedShop(3, [4, 4, 4]);
  const owner = slotOf('main', 'ann') % 3;
  const lines = LINES.map((lineId, n) => orderLine(lineId, SKUS[n]!, 2));
  shop.submit(owner, place(placement({ lines }), 'place'));
  shop.step(owner);
  const { key } = shop.cluster.results.at(-1)!.stream;
  shop.submit(owner, command({ type: 'order', key }, 'CancelOrder', { reason: 'r', lines: null }, 'cancel'));
  shop.step(owner);
  shop.drain();
  const types = shop.cluster.events(owner).map(({ type }) => type);
  expect(types).toEqual(expect.arrayContaining(['OrderCancelled', 'ReservationReturned']));
  for (const sku of SKUS)
    expect(shop.stateOf('stock', stockKeyOf(sku, 'main'))).toMatchObject({ held: 0, available: 5 });
});
