import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dealOut, type Claim } from './dealing.ts';

const claim = (memberId: string, ...owned: number[]): Claim => ({ memberId, owned });
const ofEach = (dealt: ReadonlyMap<string, readonly number[]>) => Object.fromEntries(dealt);

describe('shards are dealt out', () => {
  test('all to the only member', () => {
    expect(ofEach(dealOut([claim('a')], 3))).toEqual({ a: [0, 1, 2] });
  });

  test('so that a newcomer gets its share and nothing else moves', () => {
    expect(ofEach(dealOut([claim('a', 3, 1, 0, 2), claim('b')], 4))).toEqual({ a: [3, 1], b: [0, 2] });
  });

  test('so that what somebody has had longest stays with it', () => {
    expect(ofEach(dealOut([claim('a', 5, 4, 0, 1), claim('b', 2, 3), claim('c')], 6))).toMatchObject({
      a: [5, 4],
    });
  });

  test('once, where two claim the same', () => {
    expect(ofEach(dealOut([claim('a', 0, 1), claim('b', 0)], 2))).toEqual({ a: [0], b: [1] });
  });

  test('all of them, evenly, and none is moved that need not be', () => {
    const claims = fc
      .uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 6 })
      .chain((ids) =>
        fc.tuple(...ids.map((id) => fc.uniqueArray(fc.nat(11)).map((owned) => claim(id, ...owned)))),
      );
    fc.assert(
      fc.property(claims, (said) => {
        const dealt = [...dealOut(said, 12).values()];
        expect(dealt.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i));
        const sizes = dealt.map((one) => one.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
