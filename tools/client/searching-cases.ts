import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import type { Client, Done, NewOrder, OrderQuery } from '@orderloom/client';
import { aPayment, anOrder, done } from './orders.ts';

const wrong = (code: string) =>
  expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining(code) });
const RECEIVER = { name: 'Zebulon Quist', line1: 'Lane 1', city: 'Town', country: 'DE' };

/** Orders found by words and counted, and orders as they were. */
export const searchingCases = (client: () => Client) => {
  const placed = async (said?: Partial<NewOrder>): Promise<Done> =>
    done(await client().orders.place(anOrder(said)));
  const ofSku = (sku: string): Partial<NewOrder> => ({
    lines: [{ lineId: '1', sku, quantity: 2, unitPrice: 1_249 }],
  });
  /** Two orders of a buyer, the second one paid: of a mug, and of a kettle for somebody with a name. */
  const twoOrders = async () => {
    const [buyer, mark] = [`b-${randomUUID()}`, `x${randomUUID().slice(0, 8)}`];
    const mug = await placed({ buyerId: buyer, ...ofSku(`MUG-${mark}`) });
    const kettle = await placed({ buyerId: buyer, ...ofSku(`KETTLE-${mark}`), receiver: RECEIVER });
    const paid = done(await client().orders.send(kettle.id, 'ConfirmPayment', aPayment));
    const list = (query: OrderQuery) =>
      client().orders.list({ buyer, ...query }, { minPosition: paid.position });
    const found = async (query: OrderQuery) => (await list(query)).orders.map(({ orderId }) => orderId);
    return { mug: mug.id, kettle: kettle.id, mark, list, found };
  };
  return {
    'finds by words, by their beginnings, and by ids': async () => {
      const { mug, kettle, mark, found } = await twoOrders();
      expect(await found({ q: `mug-${mark}` })).toEqual([mug]);
      expect(await found({ q: mark })).toEqual([kettle, mug]);
      expect(await found({ q: `kettle-${mark.slice(0, 5)}` })).toEqual([kettle]);
      expect(await found({ q: `"kettle-${mark.slice(0, 5)}"` })).toEqual([]);
      expect(await found({ q: kettle })).toEqual([kettle]);
      expect(await found({ q: kettle, status: 'payment.awaiting' })).toEqual([]);
    },
    'finds a receiver by a name that is sealed': async () => {
      const { kettle, found } = await twoOrders();
      expect(await found({ q: 'quist' })).toEqual([kettle]);
    },
    'goes on from page to page as the first one began': async () => {
      const { mug, kettle, mark, list, found } = await twoOrders();
      const q = mark.slice(0, 5);
      const first = await list({ q, limit: 1 });
      expect([first.orders.map(({ orderId }) => orderId), first.total]).toEqual([[kettle], undefined]);
      const cursor = first.next ?? '';
      expect(await found({ q, limit: 1, cursor })).toEqual([mug]);
      await expect(list({ q: 'mug', cursor })).rejects.toThrow(wrong('invalid-cursor'));
    },
    'counts what is found, on all pages together': async () => {
      const { list } = await twoOrders();
      const { total, facets } = await list({ limit: 1, facets: ['status', 'lifecycle'] });
      expect(total).toBe(2);
      expect(facets).toMatchObject({
        status: { 'payment.paid': 1, 'payment.awaiting': 1, 'fulfilment.open': 2 },
        lifecycle: { retail: 2 },
      });
      expect(facets).not.toHaveProperty('merchant');
    },
    'is refused where nothing can be looked for': async () => {
      const { orders } = client();
      await expect(orders.list({ q: 'a "b' })).rejects.toThrow(wrong('invalid-query'));
      await expect(orders.list({ q: '···' })).rejects.toThrow(wrong('invalid-query'));
      const facets = ['weather'] as unknown as NonNullable<OrderQuery['facets']>;
      await expect(orders.list({ facets })).rejects.toThrow(wrong('invalid-query'));
    },
  };
};

export const pastCases = (client: () => Client) => {
  const paidOrder = async (): Promise<Done> => {
    const placed = done(await client().orders.place(anOrder()));
    return done(await client().orders.send(placed.id, 'ConfirmPayment', aPayment));
  };
  return {
    'shows an order as it was at a version and at an instant': async () => {
      const { id, position } = await paidOrder();
      const { events } = await client().orders.history(id, { minPosition: position });
      const [placedAt = '', paidAt = ''] = events.map(({ recordedAt }) => recordedAt);
      const [awaiting, paid] = [{ version: 1, status: { payment: 'awaiting' } }, { version: 2 }];
      expect(await client().orders.get(id, { asOfVersion: 1 })).toMatchObject(awaiting);
      expect(await client().orders.get(id, { asOfVersion: 2 })).toMatchObject(paid);
      expect(await client().orders.get(id, { asOf: paidAt })).toMatchObject(paid);
      if (placedAt !== paidAt)
        expect(await client().orders.get(id, { asOf: placedAt })).toMatchObject(awaiting);
    },
    'shows a stream of another type as it was': async () => {
      const stream = { type: 'stock', key: `TEA-${randomUUID()}@main` } as const;
      const receive = (reference: string) =>
        client().send(stream, 'ReceiveStock', { quantity: 3, reference });
      done(await receive('van-1'));
      const { position } = done(await receive('van-2'));
      expect(await client().get(stream, { asOfVersion: 1, minPosition: position })).toMatchObject({
        received: 3,
      });
    },
    'is refused before it began, behind its end, and for the future': async () => {
      const { id, position } = await paidOrder();
      const read = (said: object) => client().orders.get(id, { minPosition: position, ...said });
      await expect(read({ asOf: '2020-01-31T12:00:00Z' })).rejects.toThrow(wrong('as-of-before'));
      await expect(read({ asOfVersion: 3 })).rejects.toThrow(wrong('as-of-beyond'));
      await expect(read({ asOf: '2999-01-31T12:00:00Z' })).rejects.toThrow(wrong('as-of-ahead'));
    },
    'is refused for what is no moment, and finds nothing where there is nothing': async () => {
      const { id } = await paidOrder();
      await expect(client().orders.get(id, { asOf: 'yesterday' })).rejects.toThrow(wrong(''));
      await expect(client().orders.get(id, { asOfVersion: 0 })).rejects.toThrow(wrong(''));
      const both = { asOf: '2999-01-31T12:00:00Z', asOfVersion: 1 };
      await expect(client().orders.get(id, both)).rejects.toThrow(wrong(''));
      const unknown = `${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}`;
      expect(await client().orders.get(unknown, { asOfVersion: 1 })).toBeUndefined();
    },
  };
};
