import { createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { keyedHash } from './keyed-hash.ts';

const hmac = (key: Uint8Array, message: Uint8Array | string) =>
  createHmac('sha256', key).update(message).digest('binary');

test('a keyed hash is HMAC-SHA-256 as Node computes it', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 64 }),
      fc.uint8Array({ maxLength: 3000 }),
      fc.string({ unit: 'grapheme', maxLength: 600 }),
      (key, bytes, text) => {
        const keyed = keyedHash(key);
        expect(keyed.ofBytes(bytes)).toBe(hmac(key, bytes));
        expect(keyed.ofText(text)).toBe(hmac(key, text));
      },
    ),
  );
});

test('a key longer than a block is not taken', () => {
  expect(() => keyedHash(new Uint8Array(65))).toThrow(/64 bytes/);
});
