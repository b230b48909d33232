import type { StoredGroup } from '../ports/event-log.ts';
import type { FollowedPartition } from '../ports/partition-port.ts';
import type { Processor } from '../processor/processor.ts';
import { followGroup } from '../processor/restoring.ts';

/** Groups for which the tenants' own events are asked for together. */
const GROUPS_AT_ONCE = 500;

export type Follower = {
  /** Folds the tenants' own events that have come meanwhile. */
  readonly takeGlobals: () => void;
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
  { takeGlobals, isOver }: Follower,
): Promise<void> => {
  let groups: StoredGroup[] = [];
  const fold = async (): Promise<void> => {
    if (groups.length === 0) return;
    await globalsKnown();
    takeGlobals();
    for (const group of groups) await followGroup(processor, group, () => undefined);
    groups = [];
  };
  for await (const group of log.read(processor.head)) {
    groups.push(group);
    if (groups.length < GROUPS_AT_ONCE) continue;
    await fold();
    if (isOver()) return;
  }
  await fold();
};
