import { streamIdOf, type RecordedEvent, type Summed } from '@orderloom/decider';
import { ByStream } from './by-stream.ts';
import { EngineError } from './errors.ts';
import type {
  Checkpoint,
  DocumentRemoval,
  DocumentWrite,
  ParkedEvent,
  StreamChunk,
  ViewBatch,
} from './ports/view-store.ts';
import type { Working } from './projector-documents.ts';
import { WindowSums } from './projector-sums.ts';

/** Where the frame of an event stands in the bytes of its group. */
export type FramePlace = { readonly source: Buffer; readonly start: number; readonly end: number };

/** What a window says about one stream. */
export type StreamInWindow = {
  readonly id: string;
  readonly type: string;
  readonly tenant: string;
  readonly firstVersion: number;
  readonly frames: FramePlace[];
  /** `undefined`: not looked up yet. */
  documents: readonly Working[] | undefined;
};

export type Framed = { readonly event: RecordedEvent; readonly stream: StreamInWindow };

/**
 * What one transaction of a view store will say. Events pass through it and are forgotten; what stays is where their
 * frames stand, and the documents that they have touched.
 */
export class ProjectorWindow {
  readonly #streams: StreamInWindow[] = [];
  readonly #byRef = new ByStream<StreamInWindow>();
  readonly #touched = new Set<Working>();
  readonly #parked: ParkedEvent[] = [];
  #bytes = 0;

  take(event: RecordedEvent, frame: FramePlace): Framed {
    let stream = this.#byRef.get(event.stream);
    if (stream === undefined) {
      const { tenant, type } = event.stream;
      const id = streamIdOf(event.stream);
      stream = { id, type, tenant, firstVersion: event.version, frames: [], documents: undefined };
      this.#byRef.set(event.stream, stream);
      this.#streams.push(stream);
    }
    stream.frames.push(frame);
    this.#bytes += frame.end - frame.start;
    return { event, stream };
  }

  touch(working: Working): void {
    this.#touched.add(working);
  }

  park({ projection }: Working, event: RecordedEvent, reason: string): void {
    const { stream, version, recordedAt } = event;
    const streamId = streamIdOf(stream);
    this.#parked.push({ handler: projection.name, streamId, version, reason, recordedAt });
  }

  get isEmpty(): boolean {
    return this.#streams.length === 0;
  }

  batch(checkpoint: Checkpoint): ViewBatch {
    const shown: Shown[] = [];
    const removals: DocumentRemoval[] = [];
    const sums = new WindowSums();
    for (const working of this.#touched) {
      const { projection, tenant, id, version, document, existed } = working;
      if (document !== undefined) shown.push({ projection, tenant, id, version, document });
      else if (existed) removals.push({ view: projection.name, id, version });
      // Whoever goes on from here does so behind this batch, or not at all.
      working.existed = true;
      sums.take(working);
    }
    const said = {
      writes: writesOf(shown),
      removals,
      chunks: this.#chunks(),
      parked: this.#parked,
      checkpoint,
    };
    return sums.isEmpty ? said : { ...said, sums: sums.changes() };
  }

  /** The frames sorted by stream in one piece of memory, from which each chunk is cut. */
  #chunks(): StreamChunk[] {
    const bytes = Buffer.allocUnsafeSlow(this.#bytes);
    const chunks: StreamChunk[] = [];
    let at = 0;
    for (const { id, firstVersion, frames } of this.#streams) {
      const from = at;
      for (const { source, start, end } of frames) at += source.copy(bytes, at, start, end);
      chunks.push({ streamId: id, firstVersion, count: frames.length, frames: bytes.subarray(from, at) });
    }
    return chunks;
  }
}

/** A document as it stands when its window ends; the next window goes on with it before this one is written. */
type Shown = Omit<Working, 'existed' | 'summed'>;

/** Words and lists are many times what they are made of, so each write is made when it is read, and dies young. */
const writesOf = (shown: readonly Shown[]): Iterable<DocumentWrite> => ({
  *[Symbol.iterator]() {
    for (const document of shown) yield writeOf(document);
  },
});

export const writeOf = ({ projection, tenant, id, version, document }: Shown): DocumentWrite => {
  const { counted = [] } = projection;
  const names = projection.lists(document);
  const lists = names.map((name) => `${tenant}/${name}`);
  const isCounted = (_list: string, at: number): boolean => counted.includes(kindOf(names[at] ?? ''));
  return {
    view: projection.name,
    id,
    version,
    document,
    lists,
    sortKey: projection.sortKey(document),
    ...(counted.length > 0 && { counted: lists.filter(isCounted) }),
    ...(projection.text && { text: projection.text(document) }),
    ...(projection.sums && { summed: ofTenant(tenant, projection.sums(document)) }),
    ...(projection.instants && { instants: projection.instants(document) }),
  };
};

const ofTenant = (tenant: string, { lists, ...summed }: Summed): Summed => ({
  ...summed,
  lists: lists.map((name) => `${tenant}/${name}`),
});

/** `status` of `status:payment.paid`. */
const kindOf = (list: string): string => list.slice(0, list.indexOf(':'));

export const positionGap = (event: RecordedEvent, expected: number): EngineError =>
  new EngineError(
    'position-gap',
    `slot ${String(event.slot)} goes on at sequence ${String(event.sequence)}, expected ${String(expected)}: the projector stops`,
    { retryable: false },
  );

/** Groups are missing; it is not enough that their slots would show it one day. */
export const groupGap = (first: number, expected: number): EngineError =>
  new EngineError(
    'position-gap',
    `the log goes on at event ${String(first)}, expected ${String(expected)}: the projector stops`,
    { retryable: false },
  );
