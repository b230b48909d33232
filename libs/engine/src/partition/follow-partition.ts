import type { FollowedPartition } from '../ports/partition-port.ts';
import type { LogEntry } from '../ports/slot-moves.ts';
import type { Processor } from '../processor/processor.ts';

/** Entries for which the tenants' own events are asked for together. */
const ENTRIES_AT_ONCE = 500;

export type Follower = {
  /** Folds the tenants' own events that have come meanwhile. */
  readonly takeGlobals: () => void;
  /** Folds one of the log's entries. */
  readonly take: (entry: LogEntry) => Promise<void>;
  /** Somebody wants the partition for something else: what has been folded stays. */
  readonly isOver: () => boolean;
};

/**
 * Folds what the partition's owner has appended behind the processor's head, up to the end. The owner may have decided by
 * policies that were published in another partition, so those are known first. O(events behind the head).
 */
export const followPartition = async (
  processor: Processor,
  { log, globalsKnown }: FollowedPartition,
  { takeGlobals, take, isOver }: Follower,
): Promise<void> => {
  let entries: LogEntry[] = [];
  const fold = async (): Promise<void> => {
    if (entries.length === 0) return;
    await globalsKnown();
    takeGlobals();
    for (const entry of entries) await take(entry);
    entries = [];
  };
  for await (const entry of log.read(processor.head)) {
    entries.push(entry);
    if (entries.length < ENTRIES_AT_ONCE) continue;
    await fold();
    if (isOver()) return;
  }
  await fold();
};
