import { describe, expect, test } from '@jest/globals';
import { median, quantile, summary } from './statistics.ts';

describe('a median', () => {
  test('is the middle value in order of size, not of appearance', () => {
    expect(median([9, 1, 100])).toBe(9);
  });

  test('is the mean of the two middle values of an even number', () => {
    expect(median([10, 1, 4, 2])).toBe(3);
  });

  test('compares numbers as numbers', () => {
    expect(median([100, 9, 20])).toBe(20);
  });

  test('of nothing is an error, not a number', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('a quantile', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);

  test('is the nearest rank', () => {
    expect([0.5, 0.99, 1].map((share) => quantile(hundred, share))).toEqual([50, 99, 100]);
  });

  test('of few values is one of them', () => {
    expect(quantile([3, 1, 2], 0.99)).toBe(3);
    expect(quantile([3, 1, 2], 0)).toBe(1);
  });
});

test('a summary names the extremes and the median', () => {
  expect(summary([2, 8, 5, 1, 4])).toEqual({ min: 1, median: 4, max: 8 });
});
