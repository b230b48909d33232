import { hash } from 'node:crypto';
import type { Checkpoint, DocumentRemoval, DocumentWrite, ParkedEvent, StreamChunk } from '@orderloom/engine';
import { keptSums } from './exact-sums.ts';
import { sortHead } from './newest-first.ts';

/** One document on its way into an index. */
export type Operation = {
  /** The alias to write to. */
  readonly to: string;
  readonly id: string;
  /**
   * Only what is as new, or newer, takes its place. `last`: whatever is written last stands; `first`: what was written
   * first stays.
   */
  readonly version: number | 'first' | 'last';
  readonly routing?: string;
  /** JSON. */
  readonly source: string;
};

/** Views of the store itself; no projection is named like them. */
export const CHECKPOINTS = '$checkpoint';
export const SEARCHABLE = '$searchable';
export const PARKED = '$parked';
/** The one list of the parked events. */
export const PARKED_LIST = 'parked:';

/** Elasticsearch takes no longer `_id`, bytes. */
const LONGEST_ID = 512;

const fitting = (id: string): string => (Buffer.byteLength(id) <= LONGEST_ID ? id : `#${hash('sha256', id)}`);

/** The `_id` of a document: `view/tenant/key`, or its digest where that is too long. */
export const documentKey = (view: string, id: string): string => fitting(`${view}/${id}`);

const tenantOf = (id: string): string => id.slice(0, Math.max(0, id.indexOf('/')));

export const documentOperation = (
  to: string,
  { view, id, lists, document, summed, ...found }: DocumentWrite,
): Operation => ({
  to,
  id: documentKey(view, id),
  version: found.version,
  source: JSON.stringify({
    ...{ view, tenant: tenantOf(id), id, ...found, sortHead: sortHead(found.sortKey) },
    ...{ lists, ...keptSums(summed), live: true, document },
  }),
});

/** Not a delete: Elasticsearch forgets the version of a deleted document after a minute, and an older one could return. */
export const removalOperation = (to: string, { view, id, version }: DocumentRemoval): Operation => ({
  to,
  id: documentKey(view, id),
  version,
  source: JSON.stringify({ view, tenant: tenantOf(id), id, version, lists: [], live: false }),
});

/** A window that is delivered again may be cut otherwise: of the chunks with one first event the longest stays. */
export const chunkOperation = (
  to: string,
  { streamId, firstVersion, count, frames }: StreamChunk,
): Operation => {
  const lastVersion = firstVersion + count - 1;
  const bytes = Buffer.from(frames.buffer, frames.byteOffset, frames.byteLength);
  return {
    to,
    id: fitting(`${streamId}@${firstVersion}`),
    version: lastVersion,
    routing: streamId,
    source: JSON.stringify({ streamId, firstVersion, lastVersion, frames: bytes.toString('base64') }),
  };
};

const sortable = (number: number): string => String(number).padStart(16, '0');

/** `index` and `at` order the events that were parked in one millisecond. */
export const parkedOperation = (
  to: string,
  event: ParkedEvent,
  { index, at }: { readonly index: number; readonly at: number },
): Operation => ({
  ...documentOperation(to, {
    view: PARKED,
    id: `${event.handler}/${event.streamId}@${event.version}`,
    version: event.version,
    lists: [PARKED_LIST],
    sortKey: [event.recordedAt, index, at].map(sortable).join('|'),
    document: event,
  }),
  // A window that is delivered again knows that the stream is parked, and no longer why.
  version: 'first',
});

type KeptCheckpoint = { readonly index: number; readonly sequences: string };

const noteOperation = (to: string, view: string, id: string, { index, sequences }: Checkpoint): Operation => {
  const bytes = Buffer.from(sequences.buffer, sequences.byteOffset, sequences.byteLength);
  const document: KeptCheckpoint = { index, sequences: bytes.toString('base64') };
  return documentOperation(to, { view, id, version: index, lists: [], sortKey: '', document });
};

/** `id` names the indices that it speaks of: where one of them was begun again, it counts no more. */
export const checkpointOperation = (to: string, id: string, checkpoint: Checkpoint): Operation =>
  noteOperation(to, CHECKPOINTS, id, checkpoint);

export const searchableOperation = (to: string, part: string, checkpoint: Checkpoint): Operation => ({
  ...noteOperation(to, SEARCHABLE, part, checkpoint),
  version: 'last',
});

export const checkpointOf = (document: unknown): Checkpoint => {
  const { index, sequences } = document as KeptCheckpoint;
  // A copy: the bytes need not stand where eight-byte numbers may.
  return { index, sequences: new Float64Array(Uint8Array.from(Buffer.from(sequences, 'base64')).buffer) };
};
