import { murmur2, SLOTS, utf8 } from '@orderloom/decider';
import { EngineError } from '@orderloom/engine';

/** Which partition owns each slot, for one number of partitions. */
export type PartitionTable = {
  readonly partitions: number;
  readonly partitionOf: (slot: number) => number;
};

/**
 * The partition of a slot is the one that the Java client's default partitioner takes for the slot's number as text:
 * whoever uses the slot as the record's key is right without knowing the table.
 */
export const partitionTable = (partitions: number): PartitionTable => {
  if (!Number.isInteger(partitions) || partitions < 1 || partitions > SLOTS)
    throw new EngineError('partition-count', `there are 1 to ${String(SLOTS)} partitions`, {
      retryable: false,
    });
  const table = Uint16Array.from(
    { length: SLOTS },
    (_, slot) => (murmur2(utf8(String(slot))) & 0x7fffffff) % partitions,
  );
  return { partitions, partitionOf: (slot) => table[slot] ?? 0 };
};
