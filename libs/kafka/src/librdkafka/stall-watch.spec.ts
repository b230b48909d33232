import { describe, expect, test } from '@jest/globals';
import { stallWatch } from './stall-watch.ts';

const lane = (position: number | undefined, end: number) => ({ key: 'commands/0', position, end });

describe('a reader of librdkafka', () => {
  test('has stalled when it stands still three looks long although there is more', () => {
    const hasStalled = stallWatch();
    expect([hasStalled([lane(5, 9)]), hasStalled([lane(5, 9)]), hasStalled([lane(5, 12)])]).toEqual([
      ...[false, false, true],
    ]);
  });

  test('has stalled where it has not even begun', () => {
    const hasStalled = stallWatch();
    const looks = [1, 2, 3].map(() => hasStalled([lane(undefined, 9)]));
    expect(looks.at(-1)).toBe(true);
  });

  test('has not while it moves, or is at the end', () => {
    const hasStalled = stallWatch();
    expect([1, 2, 3, 4].map((position) => hasStalled([lane(position, 9)]))).not.toContain(true);
    expect([1, 2, 3, 4].map(() => hasStalled([lane(9, 9)]))).not.toContain(true);
  });

  test('is looked at anew once it was replaced', () => {
    const hasStalled = stallWatch();
    const looks = Array.from({ length: 5 }, () => hasStalled([lane(5, 9)]));
    expect(looks).toEqual([false, false, true, false, false]);
  });
});
