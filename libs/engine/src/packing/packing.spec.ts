import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Packing } from './packing.ts';

const order = (at: number) => ({
  lifecycle: 'retail@1#5f0c',
  deadline: { name: 'payment', due: 1_790_000_000_000 + at, command: { type: 'TimeOutPayment', data: {} } },
  placed: { buyerId: `buyer-${at}`, currency: 'EUR', lines: [{ sku: 'TEA', quantity: 2, tax: null }] },
  parcels: [],
});

describe('what was packed', () => {
  test('comes back as it was', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ maxLength: 3 }), fc.constant('EUR'));
    const { value } = fc.letrec((tie) => ({
      leaf: fc.oneof(
        text,
        fc.boolean(),
        fc.constant(null),
        fc.constant(undefined),
        fc.integer(),
        fc.double(),
        fc.maxSafeInteger(),
      ),
      value: fc.oneof(
        { maxDepth: 3 },
        tie('leaf'),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(text, tie('value'), { noNullPrototype: true, maxKeys: 4 }),
        fc.record(
          { sku: text, quantity: tie('leaf'), more: tie('value') },
          { requiredKeys: ['sku'], noNullPrototype: true },
        ),
      ),
    }));
    const packing = new Packing();
    fc.assert(
      fc.property(fc.array(value, { maxLength: 4 }), fc.nat(), (values, front) => {
        const packed = values.map((one, at) => packing.pack(front, one, at));
        // What was learnt meanwhile changes nothing that was packed before.
        expect(packed.map((one) => packing.unpack(one))).toStrictEqual(values);
        for (const one of packed) expect(packing.frontOf(one)).toBe(front);
      }),
      { numRuns: 150 },
    );
  });

  test.each([-0, NaN, -Infinity, 127, 128, -1, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), Number.MIN_VALUE])(
    'is the number %d',
    (number) => {
      const packing = new Packing();
      expect(packing.unpack(packing.pack(number, number, 1))).toBe(number);
      expect(packing.frontOf(packing.pack(number, null, 1))).toBe(number);
    },
  );

  test('keeps the order of its members', () => {
    const packing = new Packing();
    for (const value of [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ])
      expect(JSON.stringify(packing.unpack(packing.pack(0, value, 1)))).toBe(JSON.stringify(value));
  });

  test('need not be a JSON value', () => {
    const packing = new Packing();
    for (const value of [7n, new Map([['a', 1]]), new Date(0), Uint8Array.of(1, 2)])
      expect(packing.unpack(packing.pack(0, { value }, 1))).toEqual({ value });
    const withProto = JSON.parse('{"__proto__": {"a": 1}}') as object;
    expect(Object.keys(packing.unpack(packing.pack(0, withProto, 1)) as object)).toEqual(['__proto__']);
  });

  test('is read by whoever has the dictionary as it was afterwards', () => {
    const [packing, another] = [new Packing(), new Packing()];
    const packed = Array.from({ length: 50 }, (_, at) => packing.pack(at, order(at), at));
    another.dictionary.load(structuredClone(packing.dictionary.contents()));
    expect(packed.map((one) => another.unpack(one))).toEqual(packed.map((_, at) => order(at)));
    expect(another.pack(7, order(7), 7)).toBe(packing.pack(7, order(7), 7));
  });
});

describe('a packed order', () => {
  test('spells nothing that all orders say', () => {
    const packing = new Packing();
    for (let at = 0; at < 3; at++) packing.pack(0, order(at), at);
    const packed = packing.pack(0, order(1_000_000), 3);
    expect(packed).toContain('buyer-1000000');
    expect(packed).not.toMatch(/EUR|TEA|retail|lifecycle|buyerId/);
    expect(packed.length).toBeLessThan(60);
  });

  test('may say anything: the dictionary does not grow with what is said once', () => {
    const packing = new Packing();
    for (let at = 0; at < 20_000; at++) packing.pack(0, { [`of ${at}`]: [`said ${at}`, `said ${at}`] }, at);
    const { texts, shapes } = packing.dictionary.contents();
    expect([texts.length, shapes.length]).toEqual([0, 1024]);
    const late = { 'of a stranger': ['twice', 'twice', 'twice'] };
    expect(packing.unpack(packing.pack(0, late, 1))).toEqual(late);
  });
});
