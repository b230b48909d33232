// Order ids: published vectors (docs/reference/slots.md), and what every id promises whatever is in it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { orderIdOf, slotOfOrderId } from './order-id.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/reference/slots.md'), 'utf8');
const vectors = (page.split('## Order ids')[1] ?? '')
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')))
  .filter((cells) => cells.length === 6 && /^\d+$/.test(cells[1] ?? ''))
  .map(([, at, slot, hash, id]) => [Number(at), Number(slot), Number(hash), id!] as const);

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const parts = fc.tuple(
  fc.maxSafeNat().map((n) => n % 2 ** 42),
  fc.nat(1023),
  fc.maxSafeNat().map((n) => n % 2 ** 48),
);

describe('an order id', () => {
  test('has published vectors', () => expect(vectors).toHaveLength(5));

  test.each(vectors)('of %d, slot %d, hash %d is as published', (at, slot, hash, id) => {
    expect(orderIdOf(at, slot, hash)).toBe(id);
    expect(slotOfOrderId(id)).toBe(slot);
  });

  test('is 21 characters that survive being read aloud, and carries its slot', () => {
    fc.assert(
      fc.property(parts, ([at, slot, hash]) => {
        const id = orderIdOf(at, slot, hash);
        expect(id).toMatch(/^[0-9a-hjkmnp-tv-z]{21}$/);
        expect(slotOfOrderId(id)).toBe(slot);
      }),
    );
  });

  test('sorts by time, whatever the slot and the hash', () => {
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const [first, second] = [orderIdOf(...a), orderIdOf(...b)];
        expect(a[0] === b[0] || first < second === a[0] < b[0]).toBe(true);
      }),
    );
  });

  test('differs where time, slot or hash differ', () => {
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        expect(orderIdOf(...a) === orderIdOf(...b)).toBe(a.every((part, index) => part === b[index]));
      }),
    );
  });

  test('with one mistyped character is no order id', () => {
    fc.assert(
      fc.property(parts, fc.nat(20), fc.nat(31), ([at, slot, hash], index, value) => {
        const typed = ALPHABET[value]!;
        const id = orderIdOf(at, slot, hash);
        fc.pre(id[index] !== typed);
        expect(slotOfOrderId(id.slice(0, index) + typed + id.slice(index + 1))).toBeUndefined();
      }),
    );
  });

  test('with two neighbours swapped is no order id, unless their values differ by 16', () => {
    fc.assert(
      fc.property(parts, fc.nat(19), ([at, slot, hash], index) => {
        const id = orderIdOf(at, slot, hash);
        const [left, right] = [id[index]!, id[index + 1]!];
        fc.pre((ALPHABET.indexOf(left) - ALPHABET.indexOf(right)) % 16 !== 0);
        expect(slotOfOrderId(id.slice(0, index) + right + left + id.slice(index + 2))).toBeUndefined();
      }),
    );
  });

  test.each([
    ['empty', ''],
    ['too short', '0'.repeat(20)],
    ['too long', '0'.repeat(20) + '88'],
    ['upper case', 'CVEVDAG0000000000001Y'],
    ['a line break', '000000000000000000008\n'],
    ['letters left out', 'ilou00000000000000008'],
  ])('is not: %s', (_, text) => expect(slotOfOrderId(text)).toBeUndefined());
});
