import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { shardsOf, singly } from './shards.ts';

describe('the shards of some partitions', () => {
  test.each([
    [1, 1],
    [2, 2],
    [6, 2],
    [12, 2],
    [13, 3],
    [24, 4],
  ])('of %d partitions there are %d', (partitions, count) => {
    expect(shardsOf(partitions).count).toBe(count);
  });

  test('are as large as each other, to one partition, and none is empty', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), (partitions) => {
        const { count, shardOf } = shardsOf(partitions);
        const sizes = Array.from({ length: count }, () => 0);
        for (let partition = 0; partition < partitions; partition++) {
          const shard = shardOf(partition);
          sizes[shard] = (sizes[shard] ?? Number.NaN) + 1;
        }
        expect(sizes).toHaveLength(count);
        expect(Math.min(...sizes)).toBeGreaterThanOrEqual(1);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('are the partitions themselves where a library deals out single ones', () => {
    const { count, shardOf } = singly(12);
    expect([count, shardOf(7)]).toEqual([12, 7]);
  });
});
