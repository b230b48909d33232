import { describe, expect, test } from '@jest/globals';
import { recordedEvent } from '@orderloom/testing';
import fc from 'fast-check';
import { cartHashOf } from './cart-hash.ts';
import { followOrder, followedEvents, type FollowedEvent } from './following-orders.ts';
import { newBuyer, REMEMBERED_PLACEMENTS, type Placement } from './state.ts';

// The duplicate guard remembers the last 32 placements that were not cancelled, in order.

const order = (key: string) => ({ tenant: 'main', type: 'order', key });
const step = fc.record({
  type: fc.constantFrom('OrderPlaced', 'OrderPlaced', 'OrderPlaced', 'OrderCancelled', 'LinesDelivered'),
  order: fc.nat({ max: 99 }).map((n) => `o${n}`),
});

describe('the placements of a buyer', () => {
  test('are the last 32 not cancelled, as a plain list would have them', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
        let state = newBuyer;
        let model: Placement[] = [];
        steps.forEach(({ type, order: key }, recordedAt) => {
          const lines = [{ sku: key, quantity: 1 }];
          const event = { type, data: { buyerId: 'b', lines, last: true } } as unknown as FollowedEvent;
          state = followOrder(state, event, { stream: order(key), recordedAt });
          if (type === 'OrderPlaced')
            model = [...model, { cartHash: cartHashOf(lines), orderId: key, recordedAt }].slice(
              -REMEMBERED_PLACEMENTS,
            );
          if (type === 'OrderCancelled') model = model.filter(({ orderId }) => orderId !== key);
        });
        expect(state.recent).toEqual(model);
        expect(state.openOrders).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test('are told by orders that name the buyer; a guest has none', () => {
    const event = (type: string, data: object) =>
      recordedEvent({ type, data }, { stream: order('o1'), version: 1, recordedAt: 0 });
    expect(followedEvents.OrderPlaced(event('OrderPlaced', { buyerId: 'b1' }))).toBe('b1');
    expect(followedEvents.OrderPlaced(event('OrderPlaced', { buyerId: null }))).toBeUndefined();
    expect(
      followedEvents.LinesDelivered(event('LinesDelivered', { buyerId: 'b1', last: false })),
    ).toBeUndefined();
  });
});

describe('the open orders of a buyer', () => {
  const overridden = (region: string, status: string) =>
    ({
      type: 'StatusOverridden',
      data: { buyerId: 'b1', region, from: 'x', status, reason: 'r', due: null },
    }) as const;
  const after = (...events: FollowedEvent[]) =>
    events.reduce((state, event) => followOrder(state, event, { stream: order('o1'), recordedAt: 0 }), {
      ...newBuyer,
      openOrders: 1,
    }).openOrders;

  test('follow what an operator forces', () => {
    const arrived = overridden('fulfilment', 'delivered');
    expect([after(arrived), after(arrived, overridden('fulfilment', 'shipped'))]).toEqual([0, 1]);
  });

  test('are no fewer because a debt is written off', () => {
    const event = recordedEvent(overridden('payment', 'void'), {
      ...{ stream: order('o1'), version: 1, recordedAt: 0 },
    });
    expect(followedEvents.StatusOverridden(event)).toBeUndefined();
  });
});

describe('the hash of a cart', () => {
  const sku = fc.stringMatching(/^[A-Z0-9._:+-]{1,12}$/);
  const cart = fc.array(fc.record({ sku, quantity: fc.integer({ min: 1, max: 1000 }) }), {
    minLength: 1,
    maxLength: 20,
  });

  test('does not depend on the order of the lines, nor on how a quantity is cut', () => {
    fc.assert(
      fc.property(cart, (lines) => {
        const cut = lines.flatMap((one) =>
          one.quantity > 1
            ? [
                { ...one, quantity: 1 },
                { ...one, quantity: one.quantity - 1 },
              ]
            : [one],
        );
        expect(cartHashOf(lines.toReversed())).toBe(cartHashOf(lines));
        expect(cartHashOf(cut)).toBe(cartHashOf(lines));
      }),
    );
  });

  test('is another for another cart', () => {
    const hashes = new Set<string>();
    for (let a = 1; a <= 100; a++)
      for (let b = 1; b <= 100; b++)
        hashes.add(
          cartHashOf([
            { sku: `S${a}`, quantity: b },
            { sku: 'T', quantity: 1 },
          ]),
        );
    expect(hashes.size).toBe(10_000);
    expect(cartHashOf([{ sku: 'A', quantity: 11 }])).not.toBe(cartHashOf([{ sku: 'A1', quantity: 1 }]));
  });

  test('never changes: stored states hold it', () => {
    expect(
      cartHashOf([
        { sku: 'TEA-1', quantity: 2 },
        { sku: 'POT', quantity: 1 },
      ]),
    ).toBe('dea698de952ab24e');
  });
});
