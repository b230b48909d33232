import { setImmediate as turn } from 'node:timers/promises';
import { SLOTS, streamIdOf, type Projection, type RecordedEvent, type Registry } from '@orderloom/decider';
import { eventsIn, framesIn } from './frames.ts';
import type { Codec } from './ports/codec.ts';
import type { StoredGroup } from './ports/event-log.ts';
import type { EventSource } from './ports/event-source.ts';
import type { ViewBatch, ViewStore } from './ports/view-store.ts';
import { ProjectorGlobals } from './projector-globals.ts';
import { newDocuments, refold, takeStored, type Working } from './projector-documents.ts';
import {
  groupGap,
  positionGap,
  ProjectorWindow,
  type Framed,
  type StreamInWindow,
} from './projector-window.ts';
import { indexRegistry } from './processor/registry-index.ts';
import { RecentMap } from './recent-map.ts';
import { WriteBehind } from './write-behind.ts';

/** Streams whose documents are kept in memory between windows, so that a busy one is not read back for every event. */
const KEPT_STREAMS = 2000;
/** Events decoded at a time: what is decoded dies young, a whole window of it would not. */
const BATCH_EVENTS = 1000;

export type Projector = {
  /** Log index of the last event that the store shows. */
  readonly checkpointIndex: () => Promise<number>;
  /**
   * Folds the groups and commits them with the checkpoint; groups already shown are passed over. The next window may be
   * given before: it is folded meanwhile, and fails where this one does.
   */
  readonly apply: (groups: readonly StoredGroup[]) => Promise<void>;
  /** Whether the event at the checkpoint, which the group holds, is the one that the store was filled from. */
  readonly stands?: (group: StoredGroup) => Promise<boolean>;
};

export type ProjectorOptions = {
  readonly store: ViewStore;
  readonly codec: Codec;
  readonly registry: Registry;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- projections of every document type
  readonly projections: readonly Projection<any, any>[];
  /** For a log that is one partition of several: the tenants' own streams of all of them. See `EventSource`. */
  readonly globals?: EventSource['globals'];
};

/**
 * Runs projections over the log: event n is folded only onto a document at n-1 (else the document is folded again from
 * the stream store), a window's events of one document become one write, and documents, stream chunks and checkpoint
 * are committed together. A projection that throws parks the event for that (projection, stream); what follows waits.
 */
class WindowProjector {
  readonly #store: ViewStore;
  readonly #codec: Codec;
  readonly #byType = new Map<string, Projection[]>();
  readonly #globals: ProjectorGlobals;
  readonly #kept = new RecentMap<string, readonly Working[]>(KEPT_STREAMS);
  readonly #parkedAt = new Set<string>();
  readonly #windows = new WriteBehind<ViewBatch | undefined>(
    (batch) => this.#commit(batch),
    () => this.#forget(),
  );
  /** The window before has been written: what is read of the store behind this is whole. */
  #before: Promise<void> = Promise.resolve();
  #shown = 0;
  #index = 0;
  #sequences: Float64Array = new Float64Array(SLOTS);
  #opened = false;

  constructor(options: ProjectorOptions) {
    const { codec, globals: read } = options;
    const store = readBehind(options.store, () => this.#before);
    this.#store = store;
    this.#codec = codec;
    this.#globals = new ProjectorGlobals({ store, codec, registry: indexRegistry(options.registry), read });
    for (const projection of options.projections)
      this.#byType.set(projection.streamType, [
        ...(this.#byType.get(projection.streamType) ?? []),
        projection,
      ]);
  }

  async open(): Promise<number> {
    if (!this.#opened) {
      const checkpoint = await this.#store.checkpoint();
      this.#index = checkpoint.index;
      this.#shown = checkpoint.index;
      this.#sequences = new Float64Array(checkpoint.sequences);
      for (const parked of await this.#store.parked())
        this.#parkedAt.add(parkingPlace(parked.handler, parked.streamId));
      this.#opened = true;
    }
    return this.#shown;
  }

  async stands(group: StoredGroup): Promise<boolean> {
    const index = await this.open();
    let [at, start] = [group.first, 0];
    for (const { event, end } of framesIn(this.#codec, [group.frames])) {
      if (at === index) {
        const [kept] = await this.#store.readStream(streamIdOf(event.stream), event.version - 1, 1);
        const isKept = kept !== undefined && Buffer.compare(group.frames.subarray(start, end), kept) === 0;
        return isKept && this.#sequences[event.slot] === event.sequence;
      }
      at++;
      start = end;
    }
    return false;
  }

  /** Where it throws, nothing was applied: the next call reads everything from the store again. */
  async apply(groups: readonly StoredGroup[]): Promise<void> {
    await this.#windows.add((before) => this.#foldWindow(groups, before));
  }

  #forget(): void {
    this.#opened = false;
    this.#kept.clear();
    this.#globals.clear();
    this.#parkedAt.clear();
  }

  async #foldWindow(groups: readonly StoredGroup[], before: Promise<void>): Promise<ViewBatch | undefined> {
    this.#before = before;
    await this.open();
    const window = new ProjectorWindow();
    for (const events of this.#decode(groups, window)) {
      await this.#globals.load(events);
      await this.#loadDocuments(events);
      await this.#foldEvents(events, window);
      // A write is several requests, of which none is sent while this thread folds.
      if (this.#windows.isWriting) await turn();
    }
    if (window.isEmpty) return undefined;
    // The next window goes on counting while this one is written.
    return window.batch({ index: this.#index, sequences: Float64Array.from(this.#sequences) });
  }

  async #commit(batch: ViewBatch | undefined): Promise<void> {
    if (batch === undefined) return;
    await this.#store.commit(batch);
    this.#shown = batch.checkpoint.index;
  }

  /** What lies behind the checkpoint, in batches. Throws `position-gap` where a slot's sequence is broken. */
  *#decode(groups: readonly StoredGroup[], window: ProjectorWindow): Generator<readonly Framed[]> {
    let events: Framed[] = [];
    for (const group of groups) {
      if (group.first + group.count - 1 <= this.#index) continue;
      if (group.first > this.#index + 1) throw groupGap(group.first, this.#index + 1);
      for (const { slot, afterSequence } of group.opened ?? [])
        this.#sequences[slot] = Math.max(this.#sequences[slot] ?? 0, afterSequence);
      const source = Buffer.from(group.frames.buffer, group.frames.byteOffset, group.frames.byteLength);
      let start = 0;
      for (let i = 0; i < group.count; i++) {
        const { event, end } = this.#codec.readFrame(source, start);
        if (group.first + i > this.#index) {
          this.#advance(event);
          events.push(window.take(event, { source, start, end }));
        }
        start = end;
      }
      this.#index = group.first + group.count - 1;
      if (events.length < BATCH_EVENTS) continue;
      yield events;
      events = [];
    }
    if (events.length > 0) yield events;
  }

  #advance(event: RecordedEvent): void {
    const expected = (this.#sequences[event.slot] ?? 0) + 1;
    if (event.sequence !== expected) throw positionGap(event, expected);
    this.#sequences[event.slot] = expected;
  }

  async #loadDocuments(events: readonly Framed[]): Promise<void> {
    const wanted = new Map<Projection, Working[]>();
    for (const { stream } of events) {
      stream.documents ??= this.#kept.get(stream.id);
      if (stream.documents !== undefined) continue;
      stream.documents = newDocuments(stream, this.#byType.get(stream.type) ?? []);
      this.#kept.set(stream.id, stream.documents);
      if (stream.firstVersion === 1) continue;
      for (const working of stream.documents) {
        const others = wanted.get(working.projection);
        if (others === undefined) wanted.set(working.projection, [working]);
        else others.push(working);
      }
    }
    for (const [{ name }, documents] of wanted) {
      const ids = documents.map(({ id }) => id);
      const loaded = await this.#store.load(name, ids);
      for (const working of documents) takeStored(working, loaded.get(working.id));
    }
  }

  /** In log order, not stream by stream: a tenant's lifecycle is folded before the order that names it. */
  async #foldEvents(events: readonly Framed[], window: ProjectorWindow): Promise<void> {
    for (const { event, stream } of events) {
      this.#globals.take(event);
      for (const working of stream.documents ?? []) {
        if (event.version <= working.version) continue;
        if (this.#isParked(working, stream)) {
          window.park(working, event, 'an earlier event of the stream is parked');
          continue;
        }
        // Where the store cannot be read nothing is parked, the window is applied again.
        const past = working.version === event.version - 1 ? undefined : await this.#framesOf(stream);
        let failure = this.#tryFold(working, event, past);
        // What an event rests on may stand in a tenant's stream that has grown meanwhile in another partition.
        if (failure !== undefined && (await this.#globals.follow()))
          failure = this.#tryFold(working, event, past);
        if (failure === undefined) window.touch(working);
        else {
          this.#parkedAt.add(parkingPlace(working.projection.name, stream.id));
          window.park(working, event, failure instanceof Error ? failure.name : 'the projection threw');
        }
      }
    }
  }

  #isParked({ projection }: Working, { id }: StreamInWindow): boolean {
    return this.#parkedAt.size > 0 && this.#parkedAt.has(parkingPlace(projection.name, id));
  }

  /** The frames of a stream, those of the window included. */
  async #framesOf({ id, frames }: StreamInWindow): Promise<readonly Uint8Array[]> {
    const stored = await this.#store.readStream(id, 0, Number.MAX_SAFE_INTEGER);
    return [...stored, ...frames.map(({ source, start, end }) => source.subarray(start, end))];
  }

  /** Folds the event, first its past where the document is not at n-1; gives what was thrown. */
  #tryFold(working: Working, event: RecordedEvent, past: readonly Uint8Array[] | undefined): unknown {
    try {
      const global = this.#globals.stateOf(event.stream.tenant);
      if (past !== undefined) refold(working, event, { history: eventsIn(this.#codec, past), global });
      working.document = working.projection.fold(working.document, event, global);
      working.version = event.version;
      return undefined;
    } catch (error) {
      return error ?? new Error('nothing was thrown');
    }
  }
}

/** Reads only what has been written by then. */
const readBehind = (store: ViewStore, written: () => Promise<void>): ViewStore => ({
  ...store,
  load: async (view, ids) => {
    await written();
    return store.load(view, ids);
  },
  readStream: async (streamId, after, limit) => {
    await written();
    return store.readStream(streamId, after, limit);
  },
});

const parkingPlace = (handler: string, streamId: string): string => `${handler}\0${streamId}`;

/** The projector of one view store. See the class above for what it promises. */
export const createProjector = (options: ProjectorOptions): Projector => {
  const projector = new WindowProjector(options);
  return {
    checkpointIndex: () => projector.open(),
    apply: (groups) => projector.apply(groups),
    stands: (group) => projector.stands(group),
  };
};
