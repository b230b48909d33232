import type { FrameParts, StoredGroup } from '@orderloom/engine';

/** Events of one partition, in order, as they will stand in its log: what was one group there is not torn apart. */
export type PartitionBatch = {
  readonly partition: number;
  /** Index of the first event in the partition's own log. */
  readonly first: number;
  readonly count: number;
  readonly frames: Uint8Array;
};

/** A batch is closed at the end of the group in which it has reached this: one transaction each. */
const BATCH_EVENTS = 500;
const BATCH_BYTES = 512 * 1024;

type Open = { frames: Uint8Array[]; bytes: number; first: number };

export type SplitOptions = {
  readonly cut: FrameParts['cut'];
  readonly partitions: number;
  readonly partitionOf: (slot: number) => number;
  /** Told after each event of its index in the one log, and how many events each partition has by then. */
  readonly onEvent?: (index: number, counts: readonly number[]) => void;
};

/**
 * Deals the groups of one log out to partitions by the slots of their events. The same log gives the same batches each
 * time, so that whoever was interrupted finds its place again. O(events); memory for one open batch a partition.
 */
export function* splitLog(groups: Iterable<StoredGroup>, options: SplitOptions): Generator<PartitionBatch> {
  const { cut, partitions, partitionOf, onEvent } = options;
  const counts = Array.from({ length: partitions }, () => 0);
  const opened = Array.from({ length: partitions }, (): Open => ({ frames: [], bytes: 0, first: 1 }));

  const close = (partition: number): PartitionBatch => {
    const { frames, first } = opened[partition] as Open;
    opened[partition] = { frames: [], bytes: 0, first: first + frames.length };
    return { partition, first, count: frames.length, frames: Buffer.concat(frames) };
  };
  const isFull = ({ frames, bytes }: Open): boolean => frames.length >= BATCH_EVENTS || bytes >= BATCH_BYTES;

  for (const group of groups) {
    const source = Buffer.from(group.frames.buffer, group.frames.byteOffset, group.frames.byteLength);
    for (let at = 0, index = group.first; at < source.length; index++) {
      const { slot, end } = cut(source, at);
      const partition = partitionOf(slot);
      const open = opened[partition] as Open;
      open.frames.push(Uint8Array.from(source.subarray(at, end)));
      open.bytes += end - at;
      counts[partition] = (counts[partition] ?? 0) + 1;
      onEvent?.(index, counts);
      at = end;
    }
    for (const [partition, open] of opened.entries()) if (isFull(open)) yield close(partition);
  }
  for (const [partition, { frames }] of opened.entries()) if (frames.length > 0) yield close(partition);
}
