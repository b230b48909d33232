import { expect, test } from '@jest/globals';
import { firstDifference } from './first-difference.ts';

test.each<[unknown, unknown, string | undefined]>([
  [{ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, undefined],
  [{ a: [1, { b: 2 }] }, { a: [1, { b: 3 }] }, 'says a.1.b is 2, the log 3'],
  [{ a: 1 }, { a: 1, b: null }, 'says b is nothing, the log null'],
  [{ a: 1, b: 0 }, { a: 1 }, 'says b is 0, the log nothing'],
  [[1, 2], [1], 'says 1 is 2, the log nothing'],
  [{ a: [] }, { a: {} }, 'says a is [], the log {}'],
  [1, 'x'.repeat(99), 'says it is 1, the log something else'],
  [null, {}, 'says it is null, the log {}'],
])('%j beside %j: %s', (kept, folded, difference) => {
  expect(firstDifference(kept, folded)).toBe(difference);
});
