import { describe, expect, test } from '@jest/globals';
import type { EventParts, StoredGroup } from '@orderloom/engine';
import { splitLog, type PartitionBatch } from './split-log.ts';

/** A frame of two bytes: its slot, and a number to tell it by. */
const cut = (frames: Buffer, start: number): EventParts =>
  ({ slot: frames[start] ?? 0, end: start + 2 }) as EventParts;
const groupsOf = (...groups: readonly (readonly number[])[]): StoredGroup[] => {
  let first = 1;
  return groups.map((slots) => {
    const frames = Buffer.from(slots.flatMap((slot, at) => [slot, (first + at) % 256]));
    const group = { first, count: slots.length, frames };
    first += slots.length;
    return group;
  });
};
const split = (groups: readonly StoredGroup[], marks: [number, number[]][] = []): PartitionBatch[] => [
  ...splitLog(groups, {
    ...{ cut, partitions: 2, partitionOf: (slot) => slot % 2 },
    onEvent: (index, counts) => void marks.push([index, [...counts]]),
  }),
];

describe('one log dealt out to partitions', () => {
  test('keeps the order of each partition, with indexes of its own', () => {
    const batches = split(groupsOf([0, 1, 2], [3, 3], [4]));
    expect(batches.map(({ partition, first, count }) => [partition, first, count])).toEqual([
      [0, 1, 3],
      [1, 1, 3],
    ]);
    expect([...batches[0]!.frames]).toEqual([0, 1, 2, 3, 4, 6]);
    expect([...batches[1]!.frames]).toEqual([1, 2, 3, 4, 3, 5]);
  });

  test('closes a batch at the end of a group, never inside one', () => {
    const groups = groupsOf(...Array.from({ length: 5 }, () => Array.from({ length: 300 }, () => 2)));
    expect(split(groups).map(({ first, count }) => [first, count])).toEqual([
      [1, 600],
      [601, 600],
      [1201, 300],
    ]);
  });

  test('says after each event how many every partition has', () => {
    const marks: [number, number[]][] = [];
    split(groupsOf([0, 1], [3]), marks);
    expect(marks).toEqual([
      [1, [1, 0]],
      [2, [1, 1]],
      [3, [1, 2]],
    ]);
  });

  test('gives the same batches each time', () => {
    const groups = groupsOf([5, 1, 2], [8, 8, 9], [7]);
    expect(split(groups)).toEqual(split(groups));
  });
});
