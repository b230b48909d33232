import { describe, expect, test } from '@jest/globals';
import { sortHead } from './newest-first.ts';

const isBefore = (one: string, other: string): boolean => BigInt(sortHead(one)) < BigInt(sortHead(other));

describe('the head of a sort key', () => {
  // From the first key to the last, as the bytes of their UTF-8 say.
  const keys = [
    '',
    '\u0001',
    '0',
    '06f8',
    '06f80000',
    '06f80001',
    'order',
    'orders',
    'é',
    '茶',
    '\uffff',
    '😀',
  ];

  test('is in the order of the keys', () => {
    for (const [at, key] of keys.entries())
      for (const later of keys.slice(at + 1)) expect([key, later, isBefore(key, later)]).toContain(true);
  });

  test('is a whole number of 64 bits', () => {
    expect(sortHead('')).toBe(String(-(2n ** 63n)));
    expect(BigInt(sortHead('\uffff'.repeat(3)))).toBeLessThan(2n ** 63n);
  });

  test('says of longer keys only how they begin', () => {
    expect(sortHead('06f80000-1')).toBe(sortHead('06f80000-2'));
    expect(isBefore('1234567', '1234567é')).toBe(true);
  });
});
