// Somebody asks what became of an order: one question tells all of it, from stock to the call to the warehouse.
import { expect } from '@jest/globals';
import { eventIdOf, type RecordedEvent } from '@orderloom/decider';
import { orderStreamType, tableStepper } from '@orderloom/domain';
import { traceOf, type Engine } from '@orderloom/engine';
import { besideOrder, listedByOrder, wholeInTrace } from '@orderloom/views';
import { openCallingShop, type CallingShop } from './calling-shop.ts';
import { anOrder, payment, pieces, PRICE } from './shop.ts';
import { statement } from './statement.ts';

const PARCEL = 'P-1';
const BUYER = 'ann';
/** Orders that are placed at one instant. */
const AT_ONCE = 20;
const type = orderStreamType({ stepper: tableStepper });

const accepted = async (shop: CallingShop, to: string, type: string, data: object): Promise<void> => {
  const { outcome, rejection } = await shop.say(to, type, data);
  if (outcome !== 'accepted') throw new Error(`${type}: ${rejection?.reason ?? outcome}`);
};

/** From the shelf to the buyer and back, with a parcel, a call to the warehouse and a foreign id; others buy the same meanwhile. */
const livedAmong = async (shop: CallingShop, others: number): Promise<string> => {
  await shop.setPolicy({ stock: 'tracked' });
  await accepted(shop, 'stock/TEA@main', 'ReceiveStock', { quantity: others + 2, reference: 'r' });
  await shop.subscribe('wms');
  let placed = 0;
  /** A hundred orders a second. */
  const crowd = async (share: number): Promise<void> => {
    for (const end = placed + Math.floor(others * share); placed < end;) {
      const some = Array.from({ length: Math.min(AT_ONCE, end - placed) }, () =>
        shop.place(`other-${String(placed++)}`),
      );
      await Promise.all(some);
      shop.clock.advance(10 * some.length);
    }
  };
  await crowd(0.4);
  // What the shop says of her before she orders, meanwhile, and when it is all over; of others it says something too.
  await accepted(shop, `buyer/${BUYER}`, 'SetPurchaseLimit', { maxOpenOrders: 1 });
  await accepted(shop, 'buyer/bob', 'SetPurchaseLimit', { maxOpenOrders: 1 });
  const order = await shop.place('one', { externalId: 'shop:1001', buyerId: BUYER });
  const say = (type: string, data: object): Promise<void> => accepted(shop, `order/${order}`, type, data);
  await shop.engine.settled();
  await say('ConfirmPayment', payment);
  await crowd(0.3);
  await accepted(shop, `buyer/${BUYER}`, 'BlockBuyer', { reason: 'fraud' });
  const contents = [{ orderId: order, lineId: 'a', quantity: 1 }];
  await accepted(shop, `parcel/${PARCEL}`, 'CreateParcel', { contents, weightGrams: null });
  await accepted(shop, `parcel/${PARCEL}`, 'DispatchParcel', { carrier: null, trackingNumber: null });
  await crowd(0.3);
  await accepted(shop, `parcel/${PARCEL}`, 'ConfirmParcelDelivery', {});
  await shop.engine.settled();
  await say('RequestReturn', { lines: pieces(1), reason: 'size' });
  await say('ResolveReturn', { returnId: 'return-1', accepted: true, reason: '' });
  await say('ConfirmRefund', { refundId: 'refund-1', amount: PRICE, paymentId: null, provider: null });
  await shop.calm();
  await expectRefusedWithoutTrace(shop, order);
  shop.clock.advance(1_000);
  await accepted(shop, `buyer/${BUYER}`, 'UnblockBuyer', {});
  return order;
};

/** What was refused has changed nothing: there is nothing to find of it anywhere. */
const expectRefusedWithoutTrace = async (shop: CallingShop, order: string): Promise<void> => {
  const events = shop.events().length;
  const late = await shop.sayTo(order, 'CancelOrder', { reason: 'late', lines: null });
  const blocked = await shop.say('order', 'PlaceOrder', anOrder(1, { buyerId: BUYER }));
  expect([late, blocked].map(({ outcome }) => outcome)).toEqual(['refused', 'refused']);
  expect(shop.events()).toHaveLength(events);
};

/** What belongs to the order, told by what the events say and not by their causes. */
const belongs = (order: string, end: number, { stream, data, recordedAt }: RecordedEvent): boolean => {
  if (stream.type === 'stock') return (data as { orderId?: string }).orderId === order;
  if (stream.type === 'alias') return true;
  if (stream.type === 'buyer') return stream.key === BUYER && recordedAt <= end;
  return stream.key === order || stream.key === PARCEL || stream.key.startsWith(`${order}.`);
};

/** Counts the events that are read; without `causes-in-events` none of them says its cause. */
const reading = (engine: Engine, hasCauses: boolean) => {
  let read = 0;
  const history: Engine['history'] = async (...asked) => {
    const events = await engine.history(...asked);
    read += events.length;
    return hasCauses ? events : events.map((event) => ({ ...event, causation: null }));
  };
  return { engine: { ...engine, history }, read: () => read };
};

/** Streams that name the order in their documents. */
const listedBy = async ({ list }: Engine, order: string) => {
  const pages = await Promise.all(
    listedByOrder.map(async (view) => ({
      view,
      page: await list(view, 'main', `order:${order}`, null, 100),
    })),
  );
  return pages.flatMap(({ view, page }) =>
    page.documents.map(({ id }) => ({ tenant: 'main', type: view, key: id.slice('main/'.length) })),
  );
};

statement('7.5', async ({ has, size }) => {
  const shop = await openCallingShop(() => ({ outcome: 'succeeded', code: 'ok' }));
  try {
    const order = await livedAmong(shop, size);
    const also = await listedBy(shop.engine, order);
    const { engine, read } = reading(shop.engine, has('causes-in-events'));
    const stream = { tenant: 'main', type: 'order', key: order };
    const trace = await traceOf({ engine, type, whole: wholeInTrace, also, beside: besideOrder }, stream);
    const own = shop.events().filter((event) => event.stream.key === order);
    const end = own.at(-1)?.recordedAt ?? 0;
    const expected = shop.events().filter((event) => belongs(order, end, event));
    expect(trace.events.map(eventIdOf).sort()).toEqual(expected.map(eventIdOf).sort());
    expect(new Set(expected.map(({ stream: { type } }) => type))).toEqual(
      new Set(['order', 'stock', 'alias', 'effect', 'parcel', 'buyer']),
    );
    expect(trace.timers).toMatchObject([{ name: 'payment', setBy: 1, endedBy: expect.any(Number) }]);
    expect([trace.unfound, trace.isCut]).toEqual([[], false]);
    // Of stock, which everybody shares, no more than halving takes, and what happened within two seconds.
    const events = shop.events().filter(({ stream: { type } }) => type === 'stock').length;
    expect(events).toBeGreaterThan(size);
    expect(read()).toBeLessThan(400 + 3 * (500 + 2 * Math.log2(events)));
  } finally {
    await shop.stop();
  }
});
