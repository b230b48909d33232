import type { Summed } from '@orderloom/decider';
import type { StoredDocument } from './stored-document.ts';
import type { SearchPage, SearchQuestion } from './view-search.ts';

export type DocumentWrite = StoredDocument & {
  readonly view: string;
  /** Lists the document stands in from now on, `name:value`, all prefixed by tenant by the projector. */
  readonly lists: readonly string[];
  readonly sortKey: string;
  /** Words that the document is found by; see `SearchQuestion`. Left out: none. */
  readonly text?: readonly string[];
  /** Those of its lists whose documents are counted. */
  readonly counted?: readonly string[];
  /** Name -> ms; see `Queue`. Left out: none. */
  readonly instants?: Readonly<Record<string, number>>;
  /**
   * All that the document adds to sums, in lists prefixed by tenant; `ViewBatch.sums` says by how much that differs from what it
   * has added before. A store reads one of the two. Left out: nothing.
   */
  readonly summed?: Summed;
};

/** A document that its projection keeps no more; `version` is that of the event which said so. */
export type DocumentRemoval = { readonly view: string; readonly id: string; readonly version: number };

/** One stream's events of one window: frames back to back, versions dense from `firstVersion`. */
export type StreamChunk = {
  readonly streamId: string;
  readonly firstVersion: number;
  readonly count: number;
  readonly frames: Uint8Array;
};

/** An event that a projection could not fold; later events of the stream wait behind it for this handler. */
export type ParkedEvent = {
  readonly handler: string;
  readonly streamId: string;
  readonly version: number;
  readonly reason: string;
  readonly recordedAt: number;
  /** Its place in its partition, as the reader that has parked it counts; where that is kept the event is found at once. */
  readonly index?: number;
};

/** How far a view has come: log index of the last event, and the last sequence of every slot. */
export type Checkpoint = { readonly index: number; readonly sequences: Float64Array };

/** By how much a sum of a list changes; lists are prefixed by tenant. */
export type SumChange = {
  readonly view: string;
  readonly list: string;
  readonly unit: string;
  readonly name: string;
  readonly by: bigint;
};

/** What the documents of a list add up to. Exact up to 64 bits; sums of 0 may be left out. */
export type Sum = { readonly unit: string; readonly name: string; readonly amount: bigint };

export type ViewBatch = {
  /** May be made as they are read, so that a window of them need not be kept: whoever needs them twice keeps them. */
  readonly writes: Iterable<DocumentWrite>;
  readonly removals: readonly DocumentRemoval[];
  readonly chunks: readonly StreamChunk[];
  readonly parked: readonly ParkedEvent[];
  readonly checkpoint: Checkpoint;
  /** Left out: no sum changes. */
  readonly sums?: readonly SumChange[];
};

/** The writing side of a view store. A batch and its checkpoint are applied together or not at all. */
export type ViewStore = {
  readonly checkpoint: () => Checkpoint | Promise<Checkpoint>;
  readonly load: (
    view: string,
    ids: readonly string[],
  ) => ReadonlyMap<string, StoredDocument> | Promise<ReadonlyMap<string, StoredDocument>>;
  /** Frames of one stream with versions above `afterVersion`, in order, at most `limit` events: what a fold is rebuilt from. */
  readonly readStream: (
    streamId: string,
    afterVersion: number,
    limit: number,
  ) => readonly Uint8Array[] | Promise<readonly Uint8Array[]>;
  readonly commit: (batch: ViewBatch) => void | Promise<void>;
  /** Every parked event, oldest first. */
  readonly parked: () => readonly ParkedEvent[] | Promise<readonly ParkedEvent[]>;
  readonly close: () => void | Promise<void>;
};

export type ListPage = { readonly documents: readonly StoredDocument[]; readonly next: string | null };

/**
 * The reading side, bounded in time: throws `QueryTimeout` past its limit.
 * `asOf` is the checkpoint index that the answer reflects.
 */
export type ViewReader = {
  readonly get: (view: string, id: string) => Promise<StoredDocument | undefined>;
  /** Newest first; `before`: sort key of the last document seen (exclusive); `limit` 1-200. */
  readonly list: (view: string, list: string, before: string | null, limit: number) => Promise<ListPage>;
  /** The documents of a view that answer a question, newest first: the same on every store. */
  readonly search: (view: string, question: SearchQuestion) => Promise<SearchPage>;
  /** Frames of one stream with versions above `afterVersion`, in order, at most `limit` events. */
  readonly readStream: (
    streamId: string,
    afterVersion: number,
    limit: number,
  ) => Promise<readonly Uint8Array[]>;
  /**
   * The sums of a list, by unit and name. Rejects with `not-available` where the store keeps none.
   */
  readonly sums: (view: string, list: string) => Promise<readonly Sum[]>;
  readonly asOf: () => Promise<number>;
  readonly parked: () => Promise<readonly ParkedEvent[]>;
  readonly close: () => Promise<void>;
};
