import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { base64 } from './base64.ts';

test('base 64 is what Node writes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(base64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
    }),
  );
});

test('base 64 of many bytes is what Node writes', () => {
  const bytes = Uint8Array.from({ length: 10_000 }, (_, at) => at * 7);
  expect(base64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
});
