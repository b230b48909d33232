import { describe, expect, test } from '@jest/globals';
import { avroCommands } from './generated/avro.ts';
import { validateEdge, validateSealed } from './validation.ts';

const line = { lineId: '1', sku: 'SKU-1', quantity: 2, unitPrice: 1000 };
const order = () => ({ currency: 'EUR', lines: [{ ...line }], total: 2000 });
const place = (change: object) => validateEdge('order', 'PlaceOrder', { ...order(), ...change });

describe('a command from outside', () => {
  test('is taken as it is, and gets its defaults', () => {
    const body: Record<string, unknown> = order();
    expect(validateEdge('order', 'PlaceOrder', body)).toEqual([]);
    expect(body).toMatchObject({ buyerId: null, shipping: 0, receiver: null, allowRepeat: false });
    expect(body['lines']).toEqual([{ ...line, name: null, discount: 0, tax: null }]);
  });

  const secret = 'Mallory Secret';
  test.each([
    ['an unknown field', { colour: secret }, '/colour', 'is not a known field'],
    ['a field whose name is data', { [secret]: 1 }, '/*', 'is not a known field'],
    ['a wrong type', { currency: 7 }, '/currency', 'must be string'],
    [
      'a fractional quantity',
      { lines: [{ ...line, quantity: 1.5 }] },
      '/lines/0/quantity',
      'must be integer',
    ],
    ['a negative quantity', { lines: [{ ...line, quantity: -1 }] }, '/lines/0/quantity', 'must be >= 1'],
    ['an amount beyond 2^53', { total: 2 ** 53 }, '/total', 'must be <= 9007199254740990'],
    ['no lines', { lines: [] }, '/lines', 'must NOT have fewer than 1 items'],
    ['a line twice', { lines: [line, line] }, '/lines', 'must not name the same lineId twice'],
    [
      'control characters',
      { externalId: 'a\u0000b' },
      '/externalId',
      expect.stringMatching(/^must match pattern/),
    ],
    [
      'a card number',
      { externalId: '4111111111111111' },
      '/externalId',
      'must not hold a payment card number',
    ],
    [
      'a card number in a receiver',
      { receiver: { name: '4111 1111 1111 1111' } },
      '/receiver/name',
      'must not hold a payment card number',
    ],
    ['a card number as a name', { '4111111111111111': 1 }, '', 'must not hold a payment card number'],
    ['a receiver that is text', { receiver: secret }, '/receiver', 'must be object,null'],
    [
      'nesting without end',
      { receiver: JSON.parse('['.repeat(500) + ']'.repeat(500)) },
      `/receiver${'/0'.repeat(15)}`,
      'must not be nested over 16 levels',
    ],
  ])('with %s is refused at the place of the fault', (_name, change, pointer, message) => {
    const violations = place(change);
    expect(violations).toContainEqual({ pointer, message });
    expect(JSON.stringify(violations)).not.toContain(secret);
    expect(JSON.stringify(violations)).not.toMatch(/4111/);
  });

  test('without a field is told which', () => {
    const { currency: _, ...rest } = order();
    expect(validateEdge('order', 'PlaceOrder', rest)).toEqual([
      { pointer: '/currency', message: 'is missing' },
    ]);
  });

  test.each([['__proto__'], ['constructor'], ['prototype']])(
    'cannot reach a prototype through %s',
    (name) => {
      const body = JSON.parse(
        `{"currency":"EUR","lines":[],"total":0,"receiver":{"${name}":{"x":1}}}`,
      ) as object;
      expect(validateEdge('order', 'PlaceOrder', body)).toContainEqual({
        pointer: '/receiver',
        message: 'has a field with a forbidden name',
      });
      expect(({} as { x?: number }).x).toBeUndefined();
    },
  );

  test.each([[null], ['text'], [[]], [7], [undefined]])('that is %s is refused', (body) => {
    expect(validateEdge('order', 'PlaceOrder', body)).toEqual([{ pointer: '', message: 'must be object' }]);
  });

  test.each([
    ['order', 'EatOrder'],
    ['cake', 'PlaceOrder'],
    ['constructor', 'name'],
    ['order', '__proto__'],
  ])('of an unknown kind is refused: %s %s', (stream, type) => {
    expect(validateEdge(stream, type, {})).toHaveLength(1);
  });

  test('with a thousand faults is told the first twenty', () => {
    expect(place({ lines: Array.from({ length: 500 }, () => ({})) })).toHaveLength(20);
    expect(
      place({ lines: Array.from({ length: 501 }, (_, i) => ({ ...line, lineId: `${i}` })) }),
    ).toHaveLength(1);
  });
});

describe('a command inside the engine', () => {
  const sealed = {
    subject: 'main/b',
    keyId: 1,
    nonce: Buffer.alloc(12),
    ciphertext: Buffer.alloc(20),
    digest: new Uint8Array(16),
  };
  test('carries sealed personal data', () => {
    expect(validateSealed('order', 'PlaceOrder', { ...order(), receiver: { ...sealed } })).toEqual([]);
  });

  test.each([
    ['clear personal data', { name: 'Jane' }],
    ['a short nonce', { ...sealed, nonce: Buffer.alloc(11) }],
    ['text for bytes', { ...sealed, digest: 'abc' }],
  ])('may not carry %s', (_name, receiver) => {
    expect(validateSealed('order', 'PlaceOrder', { ...order(), receiver })).not.toEqual([]);
  });
});

test('every command has validators that compile', () => {
  for (const { stream, type } of avroCommands) {
    expect(Array.isArray(validateEdge(stream, type, {}))).toBe(true);
    expect(Array.isArray(validateSealed(stream, type, {}))).toBe(true);
  }
});
