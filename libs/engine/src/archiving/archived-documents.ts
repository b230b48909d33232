import type { Projection } from '@orderloom/decider';
import { archiveCorrupt } from '../errors.ts';
import { framesIn } from '../frames.ts';
import type { ArchivedStream } from '../ports/archive-store.ts';
import type { DecodedFrame } from '../ports/codec.ts';
import type { Partition } from '../processor/partition.ts';
import type { StreamEntry } from '../processor/stream-entry.ts';

/** The stream's events, each proven to follow the one before it, the last to be the one that the state ends with. */
const proven = (
  { codec }: Partition,
  entry: StreamEntry,
  frames: readonly Uint8Array[],
): readonly DecodedFrame['event'][] => {
  const events: DecodedFrame['event'][] = [];
  let identity = '';
  for (const frame of framesIn(codec, frames)) {
    const { event } = frame;
    if (event.version !== events.length + 1 || event.prev !== identity)
      throw archiveCorrupt(`the archive has no version ${String(events.length + 1)} of ${entry.id}`);
    events.push(event);
    ({ identity } = frame);
  }
  if (identity !== entry.prev)
    throw archiveCorrupt(
      `the archive has ${entry.id} up to version ${String(events.length)} of ${String(entry.version)}`,
    );
  return events;
};

/**
 * What a stream that rests is kept as: the document of each view of its type, folded from all its events.
 * Throws what a projection throws, and `archive-corrupt` where the frames are not the stream's.
 */
export const archivedDocuments = (
  partition: Partition,
  entry: StreamEntry,
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- projections of every document type
  projections: readonly Projection<any, any>[],
  frames: readonly Uint8Array[],
): readonly ArchivedStream[] => {
  const views = projections.filter(({ streamType }) => streamType === entry.ref.type);
  if (views.length === 0) return [];
  const events = proven(partition, entry, frames);
  const global = partition.times.globalOf(entry.ref.tenant)?.state;
  const { id: streamId, version, recordedAt } = entry;
  return views.flatMap(({ name, foldId, fold }): readonly ArchivedStream[] => {
    let document: unknown;
    for (const event of events) document = fold(document, event, global) as unknown;
    return document === undefined
      ? []
      : [{ streamId, version, recordedAt, view: name, foldId, document: jsonOf(document) }];
  });
};

/** As a reader of the archive will see it: what JSON leaves out is not there. */
const jsonOf = (document: unknown): unknown => JSON.parse(JSON.stringify(document)) as unknown;
