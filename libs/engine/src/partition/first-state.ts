import type { EventLog } from '../ports/event-log.ts';
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
  log: Pick<EventLog, 'read'>,
): Promise<Processor> => {
  const found = snapshot?.();
  if (found === undefined) return fresh();
  const processor = fresh();
  return loadSnapshot(processor, found) && (await standsInLog(processor, log)) ? processor : fresh();
};
