import { SLOTS } from '@orderloom/decider';
import { splitFrames } from '../frames.ts';
import { searchIn } from './memory-search.ts';
import { memorySums } from './memory-sums.ts';
import { pageSize } from '../ports/page-size.ts';
import type { StoredDocument } from '../ports/stored-document.ts';
import type {
  Checkpoint,
  DocumentWrite,
  ListPage,
  ParkedEvent,
  StreamChunk,
  ViewBatch,
  ViewReader,
  ViewStore,
} from '../ports/view-store.ts';

/** Both sides of a view store that lives in memory; the reader sees a batch as soon as it is committed. */
export const memoryViewStore = (): { readonly store: ViewStore; readonly reader: ViewReader } => {
  const documents = new Map<string, DocumentWrite>();
  const lists = new Map<string, Set<string>>();
  const streams = new Map<string, StreamChunk[]>();
  const parked: ParkedEvent[] = [];
  const sums = memorySums();
  let checkpoint: Checkpoint = { index: 0, sequences: new Float64Array(SLOTS) };

  const remove = (view: string, id: string): void => {
    const at = keyOf(view, id);
    for (const list of documents.get(at)?.lists ?? []) lists.get(keyOf(view, list))?.delete(at);
    documents.delete(at);
  };
  const write = (document: DocumentWrite): void => {
    const at = keyOf(document.view, document.id);
    if ((documents.get(at)?.version ?? 0) > document.version) return;
    remove(document.view, document.id);
    documents.set(at, structuredClone(document));
    for (const list of document.lists) {
      const key = keyOf(document.view, list);
      const members = lists.get(key) ?? new Set();
      lists.set(key, members.add(at));
    }
  };
  const commit = (batch: ViewBatch): void => {
    // What cannot be made fails before anything is written.
    const writes = [...batch.writes];
    for (const removal of batch.removals) remove(removal.view, removal.id);
    writes.forEach(write);
    for (const chunk of batch.chunks) {
      const kept = streams.get(chunk.streamId) ?? [];
      kept.push({ ...chunk, frames: Uint8Array.from(chunk.frames) });
      streams.set(chunk.streamId, kept);
    }
    parked.push(...batch.parked);
    sums.change(batch.sums ?? []);
    checkpoint = copyOf(batch.checkpoint);
  };
  const get = (view: string, id: string): StoredDocument | undefined =>
    stored(documents.get(keyOf(view, id)));
  const readStream = (streamId: string, afterVersion: number, limit: number): readonly Uint8Array[] =>
    framesBehind(streams.get(streamId) ?? [], afterVersion, limit);

  const store: ViewStore = {
    checkpoint: () => copyOf(checkpoint),
    load: (view, ids) => {
      const found = new Map<string, StoredDocument>();
      for (const id of ids) {
        const document = get(view, id);
        if (document !== undefined) found.set(id, document);
      }
      return found;
    },
    readStream,
    commit,
    parked: () => [...parked],
    close: () => undefined,
  };
  const reader: ViewReader = {
    get: async (view, id) => get(view, id),
    list: async (view, list, before, limit) => {
      const members = [...(lists.get(keyOf(view, list)) ?? [])].flatMap((at) => documents.get(at) ?? []);
      return pageOf(members, before, limit);
    },
    search: async (view, question) => {
      const ofView = [...documents.values()].filter((document) => document.view === view);
      const { page, next, counts } = searchIn(ofView, question);
      return { documents: page.flatMap((document) => stored(document) ?? []), next, counts };
    },
    readStream: async (streamId, afterVersion, limit) => readStream(streamId, afterVersion, limit),
    sums: async (view, list) => sums.of(view, list),
    asOf: async () => checkpoint.index,
    parked: async () => [...parked],
    close: async () => undefined,
  };
  return { store, reader };
};

const keyOf = (view: string, name: string): string => `${view}\0${name}`;

const copyOf = (checkpoint: Checkpoint): Checkpoint => ({
  index: checkpoint.index,
  sequences: Float64Array.from(checkpoint.sequences),
});

const stored = (document: DocumentWrite | undefined): StoredDocument | undefined =>
  document && { id: document.id, version: document.version, document: structuredClone(document.document) };

/** A document's place in its lists; the id separates documents of one sort key. */
const placeOf = (document: DocumentWrite): string => `${document.sortKey}\u0001${document.id}`;

const pageOf = (members: readonly DocumentWrite[], before: string | null, limit: number): ListPage => {
  const size = pageSize(limit);
  const behind = members
    .filter((document) => before === null || placeOf(document) < before)
    .sort((a, b) => (placeOf(a) < placeOf(b) ? 1 : -1));
  const page = behind.slice(0, size);
  const last = page.at(-1);
  return {
    documents: page.flatMap((document) => stored(document) ?? []),
    next: behind.length > size && last !== undefined ? placeOf(last) : null,
  };
};

const framesBehind = (
  chunks: readonly StreamChunk[],
  afterVersion: number,
  limit: number,
): readonly Uint8Array[] => {
  const frames: Uint8Array[] = [];
  for (const chunk of chunks) {
    if (chunk.firstVersion + chunk.count - 1 <= afterVersion) continue;
    frames.push(...splitFrames(chunk.frames).slice(Math.max(0, afterVersion + 1 - chunk.firstVersion)));
    if (frames.length >= limit) break;
  }
  return frames.slice(0, limit);
};
