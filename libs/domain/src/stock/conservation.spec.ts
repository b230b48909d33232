import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { StockCommand, StockEvent } from '../messages/generated/stock.ts';
import { decideStock } from './decide.ts';
import { evolveStock } from './evolve.ts';
import { noStock, type StockState } from './state.ts';

// Pieces are neither made nor lost: whatever is asked of a sku, in whatever order, what came in is what is here, kept
// or out, and no count is ever below zero.

const context = { now: 0, stream: { tenant: 'main', type: 'stock', key: 'TEA-1@main' } };

const quantity = fc.integer({ min: 1, max: 20 });
const ofLine = fc.record({
  orderId: fc.constantFrom('o1', 'o2'),
  lineId: fc.constantFrom('a', 'b'),
  quantity,
});
const command: fc.Arbitrary<StockCommand> = fc.oneof(
  quantity.map((n): StockCommand => ({ type: 'ReceiveStock', data: { quantity: n, reference: 'r' } })),
  fc
    .integer({ min: -20, max: 20 })
    .map((delta): StockCommand => ({ type: 'AdjustStock', data: { delta, reason: 'c' } })),
  fc
    .tuple(fc.constantFrom('ReserveStock', 'ConfirmStock', 'ReleaseStock', 'RestockStock'), ofLine)
    .map(([type, data]): StockCommand => ({ type, data })),
);

const afterCommand = (state: StockState, asked: StockCommand): StockState => {
  const decision = decideStock(state, asked, context);
  return decision.outcome === 'accepted' ? decision.events.reduce(evolveStock, state) : state;
};

const isBalanced = (state: StockState): boolean =>
  state.received + state.adjusted === state.available + state.held + state.shipped &&
  Math.min(state.received, state.available, state.held, state.shipped) >= 0;

describe('the pieces of a sku', () => {
  test('are conserved and never below zero, whatever is asked', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 80 }), (commands) => {
        let state = noStock;
        for (const asked of commands) {
          state = afterCommand(state, asked);
          if (!isBalanced(state)) return false;
        }
        return true;
      }),
      { numRuns: 500 },
    );
  });

  test('are counted in the same time with one open reservation as with a hundred thousand', () => {
    const reserved: StockEvent = { type: 'StockReserved', data: { orderId: 'o', lineId: 'a', quantity: 1 } };
    let state = evolveStock(noStock, {
      type: 'StockReceived',
      data: { quantity: 1_000_000, reference: 'r' },
    });
    for (let i = 0; i < 100_000; i++) state = evolveStock(state, reserved);
    expect(state).toMatchObject({ available: 900_000, held: 100_000 });
    expect(Object.values(state).every((value) => typeof value !== 'object')).toBe(true);
  });
});
