// The two services of this folder beside one engine, with carts that come twice and a database that is away at first.
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, jest, test } from '@jest/globals';
import { connect, TryLater } from '@orderloom/client';
import { leftOut } from '@orderloom/testing';
import { embeddedPlace, kafkaObstacle, kafkaPlace, type Place } from '../../tools/client/places.ts';
import { checkOut, type Cart } from './checkout.ts';
import { runWarehouse, type PackingList } from './warehouse.ts';

const obstacle = kafkaObstacle();
if (obstacle !== undefined) leftOut('the examples through topics', obstacle);
jest.setTimeout(1_200_000);

const CARTS = 8;
const WITHIN_MS = 20_000;

const aCart = (): Cart => ({
  id: randomUUID(),
  order: {
    ...{ buyerId: `b-${randomUUID()}`, currency: 'EUR', total: 2_498 },
    lines: [{ lineId: '1', sku: 'MUG', quantity: 2, unitPrice: 1_249 }],
  },
  payment: { id: randomUUID(), provider: 'bank' },
});

const aPackingList = (failures: number): PackingList => {
  const lists = new Map<string, Awaited<ReturnType<PackingList['read']>>>();
  let left = failures;
  return {
    write: async (orderId, lines) => void lists.set(orderId, lines),
    read: async (orderId) => {
      if (left-- > 0) throw new TryLater();
      return lists.get(orderId) ?? [];
    },
  };
};

const ways: readonly { readonly name: string; readonly open: () => Promise<Place> }[] = [
  { name: 'in the engine’s process', open: embeddedPlace },
  ...(obstacle === undefined ? [{ name: 'through topics', open: kafkaPlace }] : []),
];

describe.each(ways)('a checkout and a warehouse $name', ({ open }) => {
  test('take every cart to its delivery, each step once', async () => {
    const place = await open();
    const client = await connect(place.connection);
    const seen = new Map<string, string[]>();
    await client.consume('everything', ({ stream, type }) => {
      seen.set(stream.key, [...(seen.get(stream.key) ?? []), type]);
    });
    const warehouse = await runWarehouse(client, aPackingList(3));

    const carts = Array.from({ length: CARTS }, aCart);
    const orders = await Promise.all([...carts, ...carts].map((cart) => checkOut(client, cart)));
    const isDelivered = (): boolean =>
      orders.every((order) => seen.get(order)?.includes('LinesDelivered') === true);
    for (const deadline = Date.now() + WITHIN_MS; !isDelivered() && Date.now() < deadline;) await pause(20);

    expect(new Set(orders).size).toBe(CARTS);
    for (const order of orders)
      expect(seen.get(order)).toEqual([
        ...['OrderPlaced', 'PaymentConfirmed', 'LinesShipped', 'LinesDelivered'],
      ]);
    expect(warehouse.parked()).toEqual([]);
    await client.stop();
    await place.stop();
  });
});
