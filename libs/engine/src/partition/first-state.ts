import type { StoredGroup } from '../ports/event-log.ts';
import { isMove, type PartitionLog } from '../ports/slot-moves.ts';
import type { Snapshot } from '../ports/snapshot-store.ts';
import type { Processor } from '../processor/processor.ts';
import { standsInLog } from '../processor/restoring.ts';
import { loadSnapshot } from '../processor/snapshots.ts';

export type FirstStateParts = {
  /** An empty processor of the partition's slots. */
  readonly fresh: () => Processor;
  /** A snapshot of the partition that somebody has kept; it need not be of this build, or of this log. */
  readonly snapshot?: (() => Snapshot | undefined) | undefined;
};

/**
 * What a processor begins with: the snapshot, if its fold is this build's and the log has the event that it ends with,
 * else nothing. What the log holds behind it is still to be read.
 */
export const firstState = async (
  { fresh, snapshot }: FirstStateParts,
  log: PartitionLog,
): Promise<Processor> => {
  const found = snapshot?.();
  if (found === undefined) return fresh();
  const processor = fresh();
  return loadSnapshot(processor, found) &&
    (await standsInLog(processor, { read: (after) => groupsOf(log, after) }))
    ? processor
    : fresh();
};

async function* groupsOf(log: PartitionLog, after: number): AsyncGenerator<StoredGroup> {
  for await (const entry of log.read(after)) if (!isMove(entry)) yield entry;
}
