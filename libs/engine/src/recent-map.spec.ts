import { expect, test } from '@jest/globals';
import { RecentMap } from './recent-map.ts';

/** Ten entries into a map that promises to remember two. */
const filled = (): RecentMap<number, { readonly at: number }> => {
  const map = new RecentMap<number, { readonly at: number }>(2);
  for (let at = 0; at < 10; at++) map.set(at, { at });
  return map;
};

test('remembers the last ones and forgets the first', () => {
  const map = filled();
  expect([8, 9].map((key) => map.get(key))).toEqual([{ at: 8 }, { at: 9 }]);
  expect([0, 1, 5].map((key) => map.get(key))).toEqual([undefined, undefined, undefined]);
});

test('keeps what is used again and again', () => {
  const map = filled();
  for (let at = 10; at < 100; at++) {
    map.set(at, { at });
    expect(map.get(9)).toEqual({ at: 9 });
  }
});

test('forgets what is deleted, whichever generation it is in', () => {
  const map = filled();
  map.delete(7);
  map.delete(9);
  expect([7, 9].map((key) => map.get(key))).toEqual([undefined, undefined]);
  map.clear();
  expect(map.get(8)).toBeUndefined();
});
