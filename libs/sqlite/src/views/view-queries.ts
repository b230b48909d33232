import { SLOTS } from '@orderloom/decider';
import {
  pageSize,
  splitFrames,
  type Checkpoint,
  type ListPage,
  type ParkedEvent,
  type StoredDocument,
  type Sum,
} from '@orderloom/engine';
import type { Database } from '../database.ts';
import { storedDocument, type DocumentRow } from './document-row.ts';
import { sumQuery } from './list-sums.ts';
import { searchQuery, type SearchQuery } from './search-query.ts';

/** Separates a sort key from its document's id in the cursor of the next page; in no sort key. */
const CURSOR_MARK = '\u0001';

type EntryRow = DocumentRow & { readonly sortKey: string };
type ChunkRow = { readonly firstVersion: number; readonly frames: Uint8Array };

export type ViewQueries = {
  readonly load: (view: string, id: string) => StoredDocument | undefined;
  readonly list: (view: string, list: string, before: string | null, limit: number) => ListPage;
  readonly search: SearchQuery;
  readonly readStream: (streamId: string, afterVersion: number, limit: number) => readonly Uint8Array[];
  readonly sums: (view: string, list: string) => readonly Sum[];
  readonly asOf: () => number;
  readonly parked: () => readonly ParkedEvent[];
};

/** Every question that a views file answers, for its writer and its readers. Each answer is of one moment. */
export const viewQueries = (database: Database): ViewQueries => {
  const document = database.prepare<DocumentRow>(
    'select id, version, body from document where view = ? and id = ?',
  );
  const checkpoint = database.prepare<{ at: number }>('select at from checkpoint');
  const parked = database.prepare<ParkedEvent>(
    'select handler, stream_id streamId, version, reason, recorded_at recordedAt from parked_event order by n',
  );
  return {
    load: (view, id) => {
      const row = document.get(view, id);
      return row === undefined ? undefined : storedDocument(row);
    },
    list: listQuery(database),
    search: searchQuery(database),
    readStream: streamQuery(database),
    sums: sumQuery(database),
    asOf: () => checkpoint.get()?.at ?? 0,
    parked: () => parked.all().map((row) => ({ ...row })),
  };
};

/** How far a views file has come; at the beginning where it says nothing. */
export const checkpointQuery = (database: Database): (() => Checkpoint) => {
  const select = database.prepare<{ at: number; sequences: Uint8Array }>(
    'select at, sequences from checkpoint',
  );
  return () => {
    const row = select.get();
    if (row === undefined) return { index: 0, sequences: new Float64Array(SLOTS) };
    // A copy: the blob need not stand where eight-byte numbers may.
    return { index: row.at, sequences: new Float64Array(Uint8Array.from(row.sequences).buffer) };
  };
};

const listQuery = (database: Database): ViewQueries['list'] => {
  const entries = (condition: string) =>
    database.prepare<EntryRow>(
      `select d.id, d.version, d.body, e.sort_key sortKey
       from list_entry e join document d on d.n = e.document
       where e.list = ? ${condition} order by e.sort_key desc, e.document desc limit ?`,
    );
  const newest = entries('');
  // A document has another number in another generation of the views, and a cursor outlives the one that gave it.
  const older = entries(
    'and (e.sort_key, e.document) < (?, coalesce((select n from document where view = ? and id = ?), 0))',
  );

  return (view, list, before, limit) => {
    const size = pageSize(limit);
    const name = `${view}/${list}`;
    const rows =
      before === null ? newest.all(name, size + 1) : older.all(name, ...placeOf(view, before), size + 1);
    const page = rows.slice(0, size);
    const last = page.at(-1);
    return {
      documents: page.map(storedDocument),
      next: rows.length > size && last !== undefined ? `${last.sortKey}${CURSOR_MARK}${last.id}` : null,
    };
  };
};

/** A bare sort key stands before all documents that have it. */
const placeOf = (view: string, before: string): [string, string, string] => {
  const mark = before.lastIndexOf(CURSOR_MARK);
  return mark === -1 ? [before, view, ''] : [before.slice(0, mark), view, before.slice(mark + 1)];
};

const streamQuery = (database: Database): ViewQueries['readStream'] => {
  // Chunks are dense, so only the first may begin before the wanted version.
  const chunks = database.prepare<ChunkRow>(
    `select first_version firstVersion, frames from stream_chunk
     where stream_id = ?1 and first_version >= coalesce(
       (select max(first_version) from stream_chunk where stream_id = ?1 and first_version <= ?2), 0)
     order by first_version limit ?3`,
  );
  return (streamId, afterVersion, limit) => {
    const frames: Uint8Array[] = [];
    for (const chunk of chunks.all(streamId, afterVersion + 1, Math.min(limit, 2 ** 31) + 1)) {
      const seen = Math.max(0, afterVersion + 1 - chunk.firstVersion);
      frames.push(...splitFrames(chunk.frames).slice(seen));
      if (frames.length >= limit) break;
    }
    return frames.slice(0, limit);
  };
};
