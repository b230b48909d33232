import { describe, expect, test } from '@jest/globals';
import { SLOTS } from '@orderloom/decider';
import { Partitioners } from '../kafkajs/load-kafkajs.ts';
import { partitionTable } from './partition-table.ts';

const byTheClient = (partitions: number, key: string): number =>
  Partitioners.DefaultPartitioner()({
    topic: 'orders',
    partitionMetadata: Array.from({ length: partitions }, (_, partitionId) => ({
      ...{ partitionId, leader: 1, partitionErrorCode: 0, replicas: [1], isr: [1] },
    })),
    message: { key, value: '' },
  });

describe('the partition of a slot', () => {
  test.each([1, 4, 12, 96])('of %d is where a default partitioner puts the slot as key', (partitions) => {
    const table = partitionTable(partitions);
    const wrong = Array.from({ length: SLOTS }, (_, slot) => slot).filter(
      (slot) => table.partitionOf(slot) !== byTheClient(partitions, String(slot)),
    );
    expect(wrong).toEqual([]);
  });

  test('leaves no partition of twelve far behind', () => {
    const { partitionOf } = partitionTable(12);
    const counts = new Array<number>(12).fill(0);
    for (let slot = 0; slot < SLOTS; slot++) counts[partitionOf(slot)]! += 1;
    expect(Math.min(...counts)).toBeGreaterThan(60);
  });

  test.each([0, 1.5, 1025])('cannot be had for %d', (partitions) => {
    expect(() => partitionTable(partitions)).toThrow(expect.objectContaining({ code: 'partition-count' }));
  });
});
