// Orders that only make sense together: all of them are placed, or none; all of them are sent, or none.
import { expect } from '@jest/globals';
import { domainRegistry, tableStepper, type ItineraryState } from '@orderloom/domain';
import { memoryDisk } from '@orderloom/engine';
import { anOrder, MINUTE, openShop, payment, pieces, PRICE, type Shop, type ShopParts } from './shop.ts';
import { statement } from './statement.ts';
import { ofTheirOwn, tellsNobody } from './without.ts';

const registry = domainRegistry({ stepper: tableStepper });

const LEGS = 3;
const { buyerId: _buyer, receiver, allowRepeat: _repeat, ...leg } = anOrder();

type Leg = Readonly<Record<string, unknown>>;

/** What cannot be an order, and where that is said. */
const unplaceable: readonly (readonly [Leg, string])[] = [
  [{ ...leg, total: 1 }, '/total'],
  [{ ...leg, currency: 'XXX' }, '/currency'],
  [{ ...leg, lifecycle: 'none' }, '/lifecycle'],
];

const itinerary = (bad?: { readonly at: number; readonly leg: Leg }) => ({
  ...{ buyerId: 'ann', receiver },
  legs: Array.from({ length: LEGS }, (_, index) => (index === bad?.at ? bad.leg : { ...leg })),
});

const placeAll = (shop: Shop, data: object, commandId: string) =>
  shop.say('itinerary', 'PlaceItinerary', data, { commandId });

const placed = ({ events }: Shop): readonly string[] =>
  events().flatMap(({ type, stream }) => (type === 'OrderPlaced' ? [stream.key] : []));

/** Each of the legs is refused in turn, the buyer is, and the process is killed at the write. */
const placedTogether = async (parts: ShopParts): Promise<void> => {
  const shop = await openShop(parts);
  for (const [bad, pointer] of unplaceable)
    for (let at = 0; at < LEGS; at++) {
      const answer = await placeAll(shop, itinerary({ at, leg: bad }), `bad-${pointer}-${String(at)}`);
      expect(answer.outcome).toBe('refused');
      expect(answer.rejection?.pointer).toBe(`/legs/${String(at)}${pointer}`);
    }
  await shop.say('buyer/ann', 'BlockBuyer', { reason: 'fraud' });
  expect(await placeAll(shop, itinerary(), 'blocked')).toMatchObject({ outcome: 'refused' });
  await shop.say('buyer/ann', 'UnblockBuyer', {});
  expect(placed(shop)).toEqual([]);

  const answer = await placeAll(shop, itinerary(), 'good');
  expect(answer).toMatchObject({ outcome: 'accepted' });
  const { orders } = (await shop.engine.stateOf(answer.stream))?.state as ItineraryState;
  expect(placed(shop)).toEqual(orders);
  expect(orders.map((order) => shop.statusOf(order)['payment'])).toEqual(orders.map(() => 'awaiting'));
  expect(await placeAll(shop, itinerary(), 'good')).toMatchObject({
    ...{ outcome: 'duplicate', stream: answer.stream },
  });
  expect(placed(shop)).toHaveLength(LEGS);

  const disk = memoryDisk();
  const first = await openShop({ ...parts, disk });
  const kept = disk.groups.length;
  const killed = await openShop({
    ...{ ...parts, disk },
    beforeAppend: () => {
      throw new Error('killed');
    },
  });
  await placeAll(killed, itinerary(), 'lost').catch(() => undefined);
  expect([disk.groups.length, placed(first)]).toEqual([kept, []]);
  const again = await openShop({ ...parts, disk });
  expect(await placeAll(again, itinerary(), 'lost')).toMatchObject({ outcome: 'accepted' });
  expect(placed(again)).toHaveLength(LEGS);
};

/** An itinerary with its orders, in a shop that has one piece of each article but `RARE`. */
const aJourney = async (parts: ShopParts, skus: readonly string[]) => {
  const shop = await openShop(parts);
  await shop.setPolicy({ stock: 'tracked' });
  for (const sku of ['RAIL', 'ROOM', 'RARE']) {
    const rule = { sku, reserveAt: 'payment', locations: ['main'], whenShort: 'cancel' };
    await shop.say('tenant/main', 'SetSourcing', rule);
    await shop.say(`stock/${sku}@main`, 'ReceiveStock', { quantity: 2, reference: 'r' });
  }
  await shop.say('stock/RARE@main', 'AdjustStock', { delta: -2, reason: 'lost' });
  const legs = skus.map((sku) => ({ ...leg, lines: [{ ...leg.lines[0], sku }] }));
  const { stream } = await placeAll(shop, { ...itinerary(), legs }, 'journey');
  const { orders } = await stateOf(shop, stream.key);
  return { shop, itineraryId: stream.key, orders };
};
type Journey = Awaited<ReturnType<typeof aJourney>>;

const stateOf = async ({ engine }: Shop, key: string): Promise<ItineraryState> =>
  (await engine.stateOf({ tenant: 'main', type: 'itinerary', key }))?.state as ItineraryState;

const pay = ({ shop }: Journey, order: string) =>
  shop.sayTo(order, 'ConfirmPayment', { ...payment, paymentId: `p-${order}` }, { commandId: `pay-${order}` });

const isCancelled = (shop: Shop, order: string): boolean =>
  shop.statusOf(order)['fulfilment'] === 'cancelled';

/** None of its orders is left, and what each has brought goes back. */
const expectUndone = async ({ shop, itineraryId, orders }: Journey): Promise<void> => {
  await shop.engine.settled();
  expect(orders.map((order) => isCancelled(shop, order))).toEqual(orders.map(() => true));
  expect(await stateOf(shop, itineraryId)).toMatchObject({ status: 'failed', kept: [] });
  for (const order of orders) {
    const { money, lines } = await shop.stateOf(order);
    expect(money.refunds.reduce((sum, { amount }) => sum + amount, 0)).toBe(money.paid);
    expect(lines.map(({ reserved, asked }) => reserved + asked)).toEqual([0]);
  }
};

/** Not all are confirmed when one of them is lost: nobody pays for it, stock has none, or somebody does not want it. */
const undoneTogether = async (parts: ShopParts): Promise<void> => {
  const unpaid = await aJourney(parts, ['RAIL', 'ROOM', 'RAIL']);
  for (const order of unpaid.orders.slice(1)) await pay(unpaid, order);
  const parcel = { parcelId: 'P-1', lines: pieces(1) };
  const early = await unpaid.shop.sayTo(unpaid.orders[1]!, 'ShipLines', parcel);
  expect(early.rejection?.code).toBe('itinerary-open');
  await unpaid.shop.pass(31 * MINUTE);
  await expectUndone(unpaid);
  expect((await unpaid.shop.stateOf(unpaid.orders[1]!)).money.paid).toBe(PRICE);

  const short = await aJourney(parts, ['RAIL', 'RARE', 'ROOM']);
  for (const order of short.orders.slice(0, 2)) await pay(short, order);
  await expectUndone(short);

  const unwanted = await aJourney(parts, ['RAIL', 'ROOM']);
  await unwanted.shop.sayTo(unwanted.orders[0]!, 'CancelOrder', { reason: 'ill', lines: null });
  await expectUndone(unwanted);
};

/** All of them are: from now on each goes its own way. */
const confirmedTogether = async (parts: ShopParts): Promise<void> => {
  const journey = await aJourney(parts, ['RAIL', 'ROOM', 'RAIL']);
  const { shop, orders, itineraryId } = journey;
  for (const order of orders) await pay(journey, order);
  await shop.engine.settled();
  expect(await stateOf(shop, itineraryId)).toMatchObject({ status: 'confirmed' });
  await shop.sayTo(orders[0]!, 'CancelOrder', { reason: 'ill', lines: null });
  await shop.engine.settled();
  expect(orders.map((order) => isCancelled(shop, order))).toEqual([true, false, false]);
  const parcel = { parcelId: 'P-1', lines: pieces(1) };
  expect(await shop.sayTo(orders[1]!, 'ShipLines', parcel)).toMatchObject({ outcome: 'accepted' });
};

/** Killed at whichever write, it is whole or nothing when somebody looks, and ends the same when it is said again. */
const killedAtEachWrite = async (parts: ShopParts): Promise<void> => {
  for (let at = 1; ; at++) {
    const disk = memoryDisk();
    let left = Infinity;
    const beforeAppend = (): void => {
      if (--left < 0) throw new Error('killed');
    };
    const journey = await aJourney({ ...parts, disk, beforeAppend }, ['RAIL', 'RARE']);
    left = at - 1;
    const [first = '', second = ''] = journey.orders;
    for (const order of [first, second]) await pay(journey, order).catch(() => undefined);
    await journey.shop.engine.settled().catch(() => undefined);
    const isDone = left >= 0;
    const { events } = journey.shop;
    const shop = await openShop({ ...parts, disk });
    const { status } = await stateOf(shop, journey.itineraryId);
    const cancelled = [first, second].filter((order) => isCancelled(shop, order)).length;
    expect([at, status, cancelled]).toEqual([at, status, status === 'failed' ? 2 : 0]);
    const kept = events().length;
    await shop.engine.settled();
    if (status === 'failed') expect(shop.events()).toHaveLength(kept);
    const again = { ...journey, shop };
    for (const order of [first, second]) await pay(again, order);
    await expectUndone(again);
    if (!isDone) continue;
    expect(at).toBeGreaterThan(2);
    return;
  }
};

statement('7.3', async ({ has }) => {
  const together = has('decided-together') ? registry : ofTheirOwn(registry);
  const parts: ShopParts = { registry: has('process-managers') ? together : tellsNobody(together) };
  await placedTogether(parts);
  await undoneTogether(parts);
  await confirmedTogether(parts);
  await killedAtEachWrite(parts);
});
