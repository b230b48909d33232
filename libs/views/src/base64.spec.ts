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
