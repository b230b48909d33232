import { describe, expect, test } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import fc from 'fast-check';
import type { StockCommand, StockEvent } from '../messages/generated/stock.ts';
import { decideStock } from './decide.ts';
import { evolveStock } from './evolve.ts';
import { noStock, type StockState } from './state.ts';
import { stockKeyOf, stockStreamType } from './stock-stream.ts';

// Whoever has waited longest for a piece gets it first.

const stream = { tenant: 'main', type: 'stock', key: stockKeyOf('TEA-1', 'main') };
const given = scenarios(stockStreamType, { stream, now: 1_000, global: {} });

const line = (orderId: string, quantity = 1) => ({ orderId, lineId: 'a', quantity });
const received = (quantity: number): StockEvent => ({
  type: 'StockReceived',
  data: { quantity, reference: 'van-1' },
});
const receive = (quantity: number): StockCommand => ({
  type: 'ReceiveStock',
  data: { quantity, reference: 'van-1' },
});
const waits = (orderId: string, quantity = 1, due: number | null = null) => ({
  ...line(orderId, quantity),
  due,
});
const placed = (...said: Parameters<typeof waits>): StockEvent => ({
  type: 'BackorderPlaced',
  data: waits(...said),
});
const filled = (orderId: string, quantity = 1): StockEvent => ({
  type: 'BackorderFilled',
  data: line(orderId, quantity),
});
const place = (orderId: string, quantity = 1): StockCommand => ({
  type: 'PlaceBackorder',
  data: waits(orderId, quantity),
});
const drop = (orderId: string): StockCommand => ({ type: 'DropBackorder', data: { orderId, lineId: 'a' } });
const dropped = (orderId: string): StockEvent => ({
  type: 'BackorderDropped',
  data: { orderId, lineId: 'a' },
});
const empty = [received(1), { type: 'StockReserved', data: line('o0') } as const];

describe('a back-order', () => {
  test('has its place behind those that waited before, once', () => {
    given(...empty)
      .when(place('o1'))
      .then(placed('o1'));
    expect(given(...empty, placed('o1'), placed('o2')).state.backorders).toEqual([waits('o1'), waits('o2')]);
    given(...empty, placed('o1'))
      .when(place('o1'))
      .thenRejected('backorder-exists');
  });

  test('is filled by what arrives, in turn, and its order is told', () => {
    given(...empty, placed('o1', 2), placed('o2'), placed('o3'))
      .when(receive(3))
      .then(received(3), filled('o1', 2), filled('o2'));
    given(...empty, placed('o1', 2), received(2), filled('o1', 2)).thenSends({
      to: { type: 'order', key: 'o1' },
      command: { type: 'RecordReservation', data: { lines: [{ lineId: 'a', quantity: 2 }] } },
    });
  });

  test('is filled by what comes back and what is found as well', () => {
    const waiting = [...empty, placed('o1')];
    const back = { type: 'StockReleased', data: line('o0') } as const;
    given(...waiting)
      .when({ type: 'ReleaseStock', data: line('o0') })
      .then(back, filled('o1'));
    const found = { delta: 1, reason: 'counted' };
    given(...waiting)
      .when({ type: 'AdjustStock', data: found })
      .then({ type: 'StockAdjusted', data: found }, filled('o1'));
  });

  test('is overtaken by nobody: not by a smaller one, and not by a new order', () => {
    given(...empty, placed('o1', 3), placed('o2'))
      .when(receive(2))
      .then(received(2));
    given(...empty, placed('o1', 3), received(2))
      .when({ type: 'ReserveStock', data: line('o9') })
      .thenRejected('insufficient-stock');
  });

  test('that is dropped makes room for the next one', () => {
    given(...empty, placed('o1', 3), placed('o2'), received(2))
      .when(drop('o1'))
      .then(dropped('o1'), filled('o2'));
    given(...empty)
      .when(drop('o1'))
      .thenRejected('unknown-backorder');
  });

  test('keeps its place where its order asks again', () => {
    given(...empty, placed('o1'))
      .when({ type: 'ReserveStock', data: line('o1') })
      .thenRejected('backorder-exists');
  });

  test('costs a stock for which nobody waits nothing', () => {
    expect(given(...empty).state).not.toHaveProperty('backorders');
    expect(given(...empty, placed('o1'), received(1), filled('o1')).state).not.toHaveProperty('backorders');
  });

  test('is one of a thousand at most', () => {
    const queue = Array.from({ length: 1_000 }, (_, n) => placed(`o${String(n)}`));
    given(...empty, ...queue)
      .when(place('late'))
      .thenRejected('too-many-backorders');
  });

  test('waits as long as its rule lets it, makes room for the next one, and its order is told', () => {
    const expire = { type: 'ExpireBackorders', data: {} } as const;
    const expired = (orderId: string, quantity = 1): StockEvent => ({
      type: 'BackorderExpired',
      data: line(orderId, quantity),
    });
    const queue = [...empty, placed('o1', 3, 900), placed('o2', 1, 2_000), placed('o3'), received(2)];
    const { nextDeadline } = stockStreamType;
    expect(nextDeadline?.(given(...queue).state)).toMatchObject({ name: 'backorder', due: 900 });
    expect(nextDeadline?.(given(...empty, placed('o3')).state)).toBeUndefined();
    given(...queue)
      .when(expire)
      .then(expired('o1', 3), filled('o2'), filled('o3'));
    given(...empty, placed('o2', 1, 2_000))
      .when(expire)
      .thenRejected('unknown-backorder');
    given(...empty, placed('o1', 1, 900), expired('o1')).thenSends({
      to: { type: 'order', key: 'o1' },
      command: { type: 'RecordBackorderExpired', data: { lines: [{ lineId: 'a', quantity: 1 }] } },
    });
  });

  test('says when pieces are expected, where somebody knows', () => {
    const expected = (at: number | null) => ({ type: 'StockExpected', data: { at } }) as const;
    given(...empty)
      .when({ type: 'ExpectStock', data: { at: 5_000 } })
      .then(expected(5_000));
    expect(given(...empty, expected(5_000), placed('o1')).state.expectedAt).toBe(5_000);
    expect(given(...empty, expected(5_000), expected(null)).state).not.toHaveProperty('expectedAt');
  });
});

type Step = { readonly type: string; readonly order: number; readonly quantity: number };

test('whatever arrives and whoever gives up, pieces go to those who have waited longest, and none is kept back', () => {
  const step: fc.Arbitrary<Step> = fc.record({
    type: fc.constantFrom('ReceiveStock', 'PlaceBackorder', 'PlaceBackorder', 'DropBackorder'),
    order: fc.nat({ max: 9 }),
    quantity: fc.integer({ min: 1, max: 4 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let state: StockState = evolveStock(noStock, received(1));
      const waiting: string[] = [];
      for (const { type, order, quantity } of steps) {
        const id = `o${String(order)}`;
        const command = type === 'ReceiveStock' ? receive(quantity) : { type, data: waits(id, quantity) };
        const decision = decideStock(state, command as StockCommand, { stream, now: 0 });
        if (decision.outcome !== 'accepted') continue;
        for (const event of decision.events) {
          if (event.type === 'BackorderPlaced') waiting.push(event.data.orderId);
          if (event.type === 'BackorderDropped') waiting.splice(waiting.indexOf(event.data.orderId), 1);
          // The first one of the queue, whichever it is.
          if (event.type === 'BackorderFilled') expect(event.data.orderId).toBe(waiting.shift());
          state = evolveStock(state, event);
        }
        const [head] = state.backorders ?? [];
        expect(state.available).toBeGreaterThanOrEqual(0);
        if (head) expect(head.quantity).toBeGreaterThan(state.available);
      }
    }),
  );
});
