// Orders that only make sense together: all of them are placed, or none, and nobody has to undo anything.
import { expect } from '@jest/globals';
import { domainRegistry, tableStepper, type ItineraryState } from '@orderloom/domain';
import { memoryDisk } from '@orderloom/engine';
import { anOrder, openShop, type Shop, type ShopParts } from './shop.ts';
import { statement } from './statement.ts';
import { ofTheirOwn } from './without.ts';

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

statement('7.3', async ({ has }) => {
  const parts: ShopParts = { registry: has('decided-together') ? registry : ofTheirOwn(registry) };
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
});
