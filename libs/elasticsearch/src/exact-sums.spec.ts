import { describe, expect, test } from '@jest/globals';
import { keptSums, sumsIn } from './exact-sums.ts';

const MOST = Number.MAX_SAFE_INTEGER;
const kept = (amount: number) =>
  keptSums({ lists: ['main/all:'], unit: 'EUR', amounts: { revenue: amount } });
const answer = (high: number, low: number) => ({
  aggregations: {
    units: { buckets: [{ key: 'EUR', 'high.revenue': { value: high }, 'low.revenue': { value: low } }] },
  },
});
const added = (amounts: readonly number[]) => {
  const halves = amounts.map(kept);
  const sum = (of: 'high' | 'low') => halves.reduce((all, one) => all + (one[of]?.['revenue'] ?? 0), 0);
  return sumsIn(answer(sum('high'), sum('low')), ['revenue']);
};

describe('the halves of amounts', () => {
  test.each([[[1]], [[-1, -1, -1]], [[MOST, MOST, MOST, 1]], [[-MOST, -MOST, 5]], [[2 ** 24, 2 ** 24 - 1]]])(
    'add up exactly: %j',
    (amounts) => {
      const amount = amounts.reduce((sum, one) => sum + BigInt(one), 0n);
      expect(added(amounts)).toEqual([{ unit: 'EUR', name: 'revenue', amount }]);
    },
  );

  test('of which one is beyond what was added exactly are no sum', () => {
    expect(() => sumsIn(answer(2 ** 53, 0) as object, ['revenue'])).toThrow(RangeError);
  });

  test('are kept of documents alone that add something', () => {
    expect(keptSums({ lists: ['main/all:'], unit: 'EUR', amounts: {} })).toEqual({});
    expect(keptSums(undefined)).toEqual({});
    expect(added([5, -5])).toEqual([]);
  });
});
