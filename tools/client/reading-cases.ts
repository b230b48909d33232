import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import type { Client, ConnectOptions, Done, NewOrder, OrderQuery } from '@orderloom/client';
import { aPayment, anOrder, done } from './orders.ts';

const NEVER_REACHED = '7:999999999';
const wrong = expect.objectContaining({ code: 'invalid-argument' });

/** What reading after this command has to show. */
const since = ({ position }: Done) => ({ minPosition: position });

/** `another` opens a second client of the same engine. */
export const readingCases = (
  client: () => Client,
  another: (options: Pick<ConnectOptions, 'timeoutMs'>) => Promise<Client>,
) => {
  const placed = async (said?: Partial<NewOrder>): Promise<Done> =>
    done(await client().orders.place(anOrder(said)));
  const paid = async (): Promise<Done> => {
    const { id } = await placed();
    return done(await client().orders.send(id, 'ConfirmPayment', aPayment));
  };
  return {
    'shows an order with the command whose position is said': async () => {
      const order = await paid();
      const shown = await client().orders.get(order.id, since(order));
      expect(shown).toMatchObject({ orderId: order.id, version: 2, status: { payment: 'paid' } });
      expect(shown?.money).toMatchObject({ currency: 'EUR', total: 2_498, paid: 2_498, outstanding: 0 });
      expect(shown?.lines).toMatchObject([{ sku: 'MUG', quantity: 2 }]);
    },
    'shows a new order without being told where it stands': async () => {
      const order = await placed();
      expect(await client().orders.get(order.id)).toMatchObject({ orderId: order.id, version: 1 });
    },
    'lists orders page by page, the newest first': async () => {
      const buyerId = `b-${randomUUID()}`;
      const orders: Done[] = [];
      for (const quantity of [1, 2, 3])
        orders.push(
          await placed({
            ...{ buyerId, total: quantity * 100 },
            lines: [{ lineId: '1', sku: 'MUG', quantity, unitPrice: 100 }],
          }),
        );
      const [oldest, middle, newest] = orders as [Done, Done, Done];
      const first = await client().orders.list({ buyer: buyerId, limit: 2 }, since(newest));
      expect(first.orders.map(({ orderId }) => orderId)).toEqual([newest.id, middle.id]);
      expect(first.orders[0]).toMatchObject({ buyerId, lifecycle: 'retail', total: 300, version: 1 });
      const cursor = first.next ?? '';
      const rest = await client().orders.list({ buyer: buyerId, limit: 2, cursor });
      expect([rest.orders.map(({ orderId }) => orderId), rest.next]).toEqual([[oldest.id], null]);
      await expect(client().orders.list({ buyer: 'another', cursor })).rejects.toThrow(wrong);
    },
    'lists orders of which all is true that is asked': async () => {
      const buyer = `b-${randomUUID()}`;
      const bought = (merchantId: string, quantity: number): Promise<Done> =>
        placed({
          ...{ buyerId: buyer, merchantId, total: quantity * 100 },
          lines: [{ lineId: '1', sku: 'MUG', quantity, unitPrice: 100 }],
        });
      const [one, other] = [await bought('m-1', 1), await bought('m-2', 2)];
      const payment = { ...aPayment, amount: 100 };
      const last = done(await client().orders.send(one.id, 'ConfirmPayment', payment));
      const found = async (query: OrderQuery): Promise<readonly string[]> =>
        (await client().orders.list({ buyer, ...query })).orders.map(({ orderId }) => orderId);
      await client().orders.list({}, since(last));
      expect(await found({ merchant: 'm-2' })).toEqual([other.id]);
      expect(await found({ status: ['payment.paid', 'fulfilment.open'] })).toEqual([one.id]);
      expect(await found({ status: 'payment.paid', merchant: 'm-2' })).toEqual([]);
      // Both may be of one millisecond: then whichever has the greater id is the newer one.
      const newestFirst = [one.id, other.id].sort().reverse();
      expect(await found({ from: '2026-01-01T00:00:00Z' })).toEqual(newestFirst);
      expect(await found({ to: '2026-01-01T00:00:00Z' })).toEqual([]);
    },
    'gives a history in order, from any version on': async () => {
      const order = await paid();
      const all = await client().orders.history(order.id, since(order));
      expect(all.events.map(({ type, version }) => [type, version])).toEqual([
        ['OrderPlaced', 1],
        ['PaymentConfirmed', 2],
      ]);
      expect(all.events[1]).toMatchObject({
        ...{ id: `main/order/${order.id}/2`, stream: { tenant: 'main', type: 'order', key: order.id } },
        ...{ data: { amount: 2_498 }, commandId: order.key },
      });
      expect(all.next).toBeNull();
      const first = await client().orders.history(order.id, { limit: 1 });
      expect([first.events.length, first.next]).toEqual([1, 1]);
      const behind = await client().orders.history(order.id, { after: 1 });
      expect(behind.events.map(({ version }) => version)).toEqual([2]);
    },
    'explains where an order is, what may come next, and why': async () => {
      const order = await paid();
      const explained = await client().orders.explain(order.id, since(order));
      expect(explained).toMatchObject({ id: order.id, version: 2, status: { payment: 'paid' } });
      expect(explained?.allowedCommands).toContain('ShipLines');
      expect(explained?.because.map(({ type }) => type)).toEqual(['OrderPlaced', 'PaymentConfirmed']);
      const awaiting = await client().orders.explain((await placed()).id);
      expect(awaiting?.nextDeadline).toMatchObject({ due: expect.stringMatching(/^\d{4}-.*Z$/) });
    },
    'reads streams of other types': async () => {
      const stream = { type: 'stock', key: `TEA-${randomUUID()}@main` } as const;
      const data = { quantity: 3, reference: 'note-1' };
      const received = done(await client().send(stream, 'ReceiveStock', data));
      expect(await client().get(stream, since(received))).toMatchObject({
        key: stream.key,
        location: 'main',
      });
      expect((await client().history(stream)).events.map(({ type }) => type)).toEqual(['StockReceived']);
      expect(await client().explain(stream)).toMatchObject({ id: stream.key, version: 1 });
      expect(await client().get({ type: 'tenant', key: 'main' })).toMatchObject({ tenant: 'main' });
    },
    'finds nothing where there is nothing': async () => {
      const { id } = await placed();
      const unknown = `${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}`;
      expect(await client().orders.get(unknown)).toBeUndefined();
      expect(await client().orders.explain(unknown)).toBeUndefined();
      expect(await client().orders.history(unknown)).toEqual({ events: [], next: null });
      expect(await client().get({ type: 'tenant', key: 'another' })).toBeUndefined();
      expect((await client().orders.list({ buyer: `b-${randomUUID()}` })).orders).toEqual([]);
    },
    'that waits for a position that does not come rejects in time': async () => {
      const hasty = await another({ timeoutMs: 2_000 });
      await expect(hasty.orders.list({}, { minPosition: NEVER_REACHED })).rejects.toMatchObject({
        code: 'position-not-reached',
      });
      await hasty.stop();
    },
    'whose caller gives up rejects with the caller’s reason': async () => {
      const reason = new Error('the caller has gone');
      const gone = AbortSignal.abort(reason);
      await expect(client().orders.list({}, { signal: gone })).rejects.toBe(reason);
      const giving = new AbortController();
      const reading = client().orders.list({}, { minPosition: NEVER_REACHED, signal: giving.signal });
      giving.abort(reason);
      await expect(reading).rejects.toBe(reason);
    },
    'that cannot be answered rejects': async () => {
      const { orders } = client();
      for (const asked of [
        () => orders.get('x', { minPosition: 'soon' }),
        () => orders.list({ limit: 0 }),
        () => orders.list({ limit: 201 }),
        () => orders.list({ buyer: 'Ann Müller' }),
        () => orders.list({ cursor: 'AAAA' }),
        () => orders.list({ from: 'yesterday' }),
        () => orders.list({ status: 'paid' }),
        () => orders.history('x', { limit: 501 }),
        () => orders.history('x', { after: -1 }),
        () => orders.get(''),
        () => client().get({ type: 'wish' as 'order', key: 'x' }),
      ])
        await expect(asked()).rejects.toThrow(wrong);
    },
  };
};
