import { deserialize, serialize } from 'node:v8';
import { expect, test } from '@jest/globals';
import { SharedStrings } from './shared-strings.ts';

test('what was read back says what it said', () => {
  const state = {
    ...{ currency: 'EUR', lines: [{ sku: 'TEA', tags: ['a', 'TEA'] }], due: 17, note: null, empty: '' },
    bytes: Uint8Array.of(1, 2),
  };
  const shared = new SharedStrings();
  for (let time = 0; time < 3; time++)
    expect(shared.within(deserialize(serialize(state)) as unknown)).toEqual(state);
});

test('texts of one place do not become each other', () => {
  const shared = new SharedStrings();
  const texts = Array.from({ length: 20_000 }, (_, at) => `order-${at}-${'x'.repeat(at % 30)}`);
  for (const text of [...texts, ...texts]) expect(shared.of(text)).toBe(text);
});
