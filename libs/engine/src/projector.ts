import type { Projection, RecordedEvent, Registry } from '@orderloom/decider';
import { SLOTS, streamIdOf } from '@orderloom/decider';
import { EngineError } from './errors.ts';
import { eventsIn } from './frames.ts';
import type { Codec } from './ports/codec.ts';
import type { StoredGroup } from './ports/event-log.ts';
import type { EventSource } from './ports/event-source.ts';
import type { DocumentRemoval, DocumentWrite, ParkedEvent, ViewStore } from './ports/view-store.ts';
import {
  chunkOf,
  documentId,
  groupByStream,
  groupGap,
  parkedEvent,
  positionGap,
  type Framed,
  type Working,
} from './projector-window.ts';
import { ProjectorGlobals } from './projector-globals.ts';
import { indexRegistry, type RegistryIndex } from './processor/registry-index.ts';

/** Documents kept in memory between windows, so that a busy order is not read back for every event. */
const KEPT_DOCUMENTS = 20_000;

export type Projector = {
  /** Log index of the last event that the store shows. */
  readonly checkpointIndex: () => Promise<number>;
  /** Folds the groups and commits them with the checkpoint; groups already shown are passed over. */
  readonly apply: (groups: readonly StoredGroup[]) => Promise<void>;
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
  readonly #registry: RegistryIndex;
  readonly #byType = new Map<string, Projection[]>();
  readonly #globals: ProjectorGlobals;
  readonly #documents = new Map<string, Working>();
  readonly #parkedAt = new Set<string>();
  #index = 0;
  #sequences: Float64Array = new Float64Array(SLOTS);
  #opened = false;

  constructor(options: ProjectorOptions) {
    this.#store = options.store;
    this.#codec = options.codec;
    this.#registry = indexRegistry(options.registry);
    const { store, codec, globals: read } = options;
    this.#globals = new ProjectorGlobals({ store, codec, registry: this.#registry, read });
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
      this.#sequences = new Float64Array(checkpoint.sequences);
      for (const parked of await this.#store.parked())
        this.#parkedAt.add(`${parked.handler}\0${parked.streamId}`);
      this.#opened = true;
    }
    return this.#index;
  }

  /** Where it throws, nothing was applied: the next call reads everything from the store again. */
  async apply(groups: readonly StoredGroup[]): Promise<void> {
    try {
      await this.#applyWindow(groups);
    } catch (error) {
      this.#opened = false;
      this.#documents.clear();
      this.#globals.clear();
      this.#parkedAt.clear();
      throw error;
    }
  }

  async #applyWindow(groups: readonly StoredGroup[]): Promise<void> {
    await this.open();
    const events = this.#decode(groups);
    if (events.length === 0) return;
    const streams = groupByStream(events);
    const touched = new Map<string, { projection: Projection; working: Working }>();
    const parked: ParkedEvent[] = [];
    await this.#globals.load(events);
    await this.#loadDocuments(streams);
    // In log order, not stream by stream: a tenant's lifecycle is folded before the order that names it.
    for (const { event } of events) await this.#foldEvent(event, streams, touched, parked);
    await this.#store.commit({
      ...this.#writes(touched),
      chunks: [...streams].map(([streamId, framed]) => chunkOf(streamId, framed)),
      parked,
      checkpoint: { index: this.#index, sequences: this.#sequences },
    });
    for (const document of touched.values()) document.working.existed = true;
    this.#evict();
  }

  /** Decodes what lies behind the checkpoint. Throws `position-gap` where a slot's sequence is broken. */
  #decode(groups: readonly StoredGroup[]): readonly Framed[] {
    const events: Framed[] = [];
    for (const group of groups) {
      if (group.first + group.count - 1 <= this.#index) continue;
      if (group.first > this.#index + 1) throw groupGap(group.first, this.#index + 1);
      const bytes = Buffer.from(group.frames.buffer, group.frames.byteOffset, group.frames.byteLength);
      let at = 0;
      for (let i = 0; i < group.count; i++) {
        const { event, end } = this.#codec.readFrame(bytes, at);
        if (group.first + i > this.#index) {
          const expected = (this.#sequences[event.slot] ?? 0) + 1;
          if (event.sequence !== expected) throw positionGap(event, expected);
          this.#sequences[event.slot] = expected;
          events.push({ event, frame: bytes.subarray(at, end) });
        }
        at = end;
      }
      this.#index = group.first + group.count - 1;
    }
    return events;
  }

  async #loadDocuments(streams: ReadonlyMap<string, readonly Framed[]>): Promise<void> {
    const wanted = new Map<string, string[]>();
    for (const [streamId, framed] of streams)
      for (const projection of this.#byType.get(framed[0]?.event.stream.type ?? '') ?? []) {
        const first = framed[0]?.event;
        if (first === undefined || this.#documents.has(`${projection.name}\0${streamId}`)) continue;
        if (first.version === 1)
          this.#keep(projection, streamId, { version: 0, document: undefined, existed: false });
        else wanted.set(projection.name, [...(wanted.get(projection.name) ?? []), streamId]);
      }
    for (const [view, streamIds] of wanted) {
      const loaded = await this.#store.load(view, streamIds.map(documentId));
      for (const streamId of streamIds) {
        const stored = loaded.get(documentId(streamId));
        this.#documents.set(`${view}\0${streamId}`, {
          version: stored?.version ?? 0,
          document: stored?.document,
          existed: stored !== undefined,
        });
      }
    }
  }

  #keep(projection: Projection, streamId: string, working: Working): void {
    this.#documents.set(`${projection.name}\0${streamId}`, working);
  }

  async #foldEvent(
    event: RecordedEvent,
    streams: ReadonlyMap<string, readonly Framed[]>,
    touched: Map<string, { projection: Projection; working: Working }>,
    parked: ParkedEvent[],
  ): Promise<void> {
    this.#globals.take(event);
    const streamId = streamIdOf(event.stream);
    for (const projection of this.#byType.get(event.stream.type) ?? []) {
      const key = `${projection.name}\0${streamId}`;
      const working = this.#documents.get(key);
      if (working === undefined || event.version <= working.version) continue;
      if (this.#parkedAt.has(key)) {
        parked.push(parkedEvent(projection, event, 'an earlier event of the stream is parked'));
        continue;
      }
      // Outside of `try`: where the store cannot be read nothing is parked, the window is applied again.
      const frames =
        working.version === event.version - 1
          ? undefined
          : await this.#store.readStream(streamId, 0, Number.MAX_SAFE_INTEGER);
      const fold = (): unknown =>
        this.#tryFold(projection, working, event, frames && { frames, window: streams.get(streamId) ?? [] });
      // What an event rests on may stand in a tenant's stream that has grown meanwhile in another partition.
      let failure = fold();
      if (failure !== undefined && (await this.#globals.follow())) failure = fold();
      if (failure === undefined) touched.set(key, { projection, working });
      else {
        this.#parkedAt.add(key);
        parked.push(
          parkedEvent(projection, event, failure instanceof Error ? failure.name : 'the projection threw'),
        );
      }
    }
  }

  /** Folds the event, first its history where the document is not at n-1; gives what was thrown. */
  #tryFold(
    projection: Projection,
    working: Working,
    event: RecordedEvent,
    past: { readonly frames: readonly Uint8Array[]; readonly window: readonly Framed[] } | undefined,
  ): unknown {
    try {
      if (past !== undefined) {
        const window = past.window.map((framed) => framed.event);
        this.#refold(projection, working, event, [...eventsIn(this.#codec, past.frames), ...window]);
      }
      const global = this.#globals.stateOf(event.stream.tenant);
      working.document = projection.fold(working.document, event, global);
      working.version = event.version;
      return undefined;
    } catch (error) {
      return error ?? new Error('nothing was thrown');
    }
  }

  /** The document is not at n-1: it is folded again from the stream's own history. */
  #refold(
    projection: Projection,
    working: Working,
    until: RecordedEvent,
    history: readonly RecordedEvent[],
  ): void {
    const global = this.#globals.stateOf(until.stream.tenant);
    working.version = 0;
    working.document = undefined;
    for (const event of history) {
      if (event.version >= until.version) break;
      if (event.version <= working.version) continue;
      working.document = projection.fold(working.document, event, global);
      working.version = event.version;
    }
    if (working.version !== until.version - 1)
      throw new EngineError(
        'history-gap',
        `${streamIdOf(until.stream)} has no event ${String(working.version + 1)}`,
        {
          retryable: false,
        },
      );
  }

  #writes(touched: ReadonlyMap<string, { projection: Projection; working: Working }>): {
    readonly writes: DocumentWrite[];
    readonly removals: DocumentRemoval[];
  } {
    const writes: DocumentWrite[] = [];
    const removals: DocumentRemoval[] = [];
    for (const [key, { projection, working }] of touched) {
      const streamId = key.slice(projection.name.length + 1);
      const id = documentId(streamId);
      if (working.document === undefined) {
        if (working.existed) removals.push({ view: projection.name, id, version: working.version });
        continue;
      }
      const tenant = streamId.slice(0, streamId.indexOf('/'));
      writes.push({
        view: projection.name,
        id,
        version: working.version,
        document: working.document,
        lists: projection.lists(working.document).map((list) => `${tenant}/${list}`),
        sortKey: projection.sortKey(working.document),
      });
    }
    return { writes, removals };
  }

  #evict(): void {
    if (this.#documents.size <= KEPT_DOCUMENTS) return;
    let excess = this.#documents.size - KEPT_DOCUMENTS;
    for (const key of this.#documents.keys()) {
      if (excess-- <= 0) break;
      this.#documents.delete(key);
    }
  }
}

/** The projector of one view store. See the class above for what it promises. */
export const createProjector = (options: ProjectorOptions): Projector => {
  const projector = new WindowProjector(options);
  return { checkpointIndex: () => projector.open(), apply: (groups) => projector.apply(groups) };
};
