import type { RecordedEvent } from '@orderloom/decider';
import { EngineError } from '../errors.ts';
import { framesIn } from '../frames.ts';
import type { ViewReader } from '../ports/view-store.ts';
import type { Partition } from './partition.ts';
import type { StreamEntry } from './stream-entry.ts';

/** Events of a history that are read at a time. */
const PAGE = 1000;

const notYet = (entry: StreamEntry, version: number): EngineError =>
  new EngineError(
    'history-unavailable',
    `the stream store has ${entry.ref.type} ${entry.ref.key} up to version ${String(version)} of ${String(entry.version)}`,
    { retryable: true },
  );

const isAnother = ({ ref }: StreamEntry, version: number): EngineError =>
  new EngineError(
    'history-unavailable',
    `version ${String(version)} of ${ref.type} ${ref.key} in the stream store is not the one that was recorded: rebuild the views`,
    { retryable: true },
  );

/**
 * Reads the fold of a stream back that was set aside. It counts only where every event follows the one before it by
 * its hash, and the last one is the one that the log ended with: a store that is behind, or of another log, is never
 * believed. Throws `history-unavailable`. O(events of the stream).
 */
export const readBack = async (
  partition: Partition,
  entry: StreamEntry,
  readStream: ViewReader['readStream'],
): Promise<void> => {
  const { decider } = entry.type.definition;
  const { version: wanted, prev: last } = entry;
  let state: unknown = decider.initialState;
  let version = 0;
  let identity = '';
  const fold = (event: RecordedEvent): void => {
    if (event.version !== version + 1 || event.prev !== identity) throw isAnother(entry, event.version);
    const global = partition.times.globalOf(event.stream.tenant)?.state;
    const context = { stream: entry.ref, recordedAt: event.recordedAt, version: event.version, global };
    state = decider.evolve(state, { type: event.type, data: event.data }, context);
    version = event.version;
  };
  while (version < wanted) {
    const before = version;
    const frames = await readStream(entry.id, version, Math.min(PAGE, wanted - version));
    for (const frame of framesIn(partition.codec, frames)) {
      // A chunk may go on behind the version that was asked for.
      if (version === wanted) break;
      fold(frame.event);
      identity = frame.identity;
    }
    if (version === before) throw notYet(entry, version);
  }
  if (identity !== last) throw isAnother(entry, version);
  partition.settingAside.bringBack(entry, state);
};
