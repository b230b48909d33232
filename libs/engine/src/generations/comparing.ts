import type { Projection, Registry } from '@orderloom/decider';
import { framesIn } from '../frames.ts';
import type { Codec } from '../ports/codec.ts';
import type { StoredGroup } from '../ports/event-log.ts';
import type { EventSource } from '../ports/event-source.ts';
import { ProjectorGlobals } from '../projector-globals.ts';
import { indexRegistry } from '../processor/registry-index.ts';
import { FreshFold, type DifferenceKind } from './fresh-fold.ts';
import { HISTORY, type ShownViews } from './view-digests.ts';

/** A document, or with the view `$history` the history of a stream, that is not what the log says. */
export type Difference = { readonly view: string; readonly id: string; readonly kind: DifferenceKind };

/** What a comparison came to. */
export type Comparison = {
  /** Up to which log index the views had to be complete. */
  readonly index: number;
  readonly documents: number;
  readonly histories: number;
  readonly differences: number;
  /** The first one in the order of views and ids. */
  readonly first: Difference | null;
};

export type ComparingOptions = {
  readonly codec: Pick<Codec, 'readFrame'>;
  readonly registry: Registry;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- projections of every document type
  readonly projections: readonly Projection<any, any>[];
  /** The log from its first event; asked for again for every part of the streams. */
  readonly read: () => Iterable<StoredGroup> | AsyncIterable<StoredGroup>;
  /** About how many events that are. */
  readonly head: number;
  /** See `EventSource`; left out where one log holds all streams. */
  readonly globals?: EventSource['globals'];
  /** Told how many events of how many were folded, and waited for. */
  readonly onProgress?: (done: number, total: number) => void | Promise<void>;
  /** Events folded at a time: it bounds the documents that are in memory. */
  readonly eventsAtOnce?: number;
};

/** About half a gigabyte of documents. */
const EVENTS_AT_ONCE = 300_000;
const PROGRESS_EVERY = 500;

/** Holds everything that views show against a fresh fold of the log, slot by slot. O(events), some slots at a time. */
export const compareViews = async (shown: ShownViews, options: ComparingOptions): Promise<Comparison> => {
  const { head, onProgress = () => undefined, eventsAtOnce = EVENTS_AT_ONCE } = options;
  const passes = Math.max(1, Math.ceil(head / eventsAtOnce));
  const unseen = new Set(shown.digests.keys());
  const found = new Map<string, DifferenceKind>();
  for (let pass = 0; pass < passes; pass++) {
    const fold = await foldSome(shown, options, {
      isMine: (slot) => slot % passes === pass,
      onEvents: (done) => onProgress(pass * head + Math.min(head, done), passes * head),
    });
    for (const { key, kind } of fold.findings()) {
      unseen.delete(key);
      if (kind !== undefined) found.set(key, kind);
    }
  }
  for (const key of unseen) found.set(key, 'extra');
  return comparisonOf(shown, found);
};

type Share = {
  readonly isMine: (slot: number) => boolean;
  readonly onEvents: (done: number) => void | Promise<void>;
};

const foldSome = async (
  shown: ShownViews,
  { codec, registry, projections, read, globals: readGlobals }: ComparingOptions,
  { isMine, onEvents }: Share,
): Promise<FreshFold> => {
  const fold = new FreshFold(projections, shown);
  const globals = new ProjectorGlobals({
    codec: codec as Codec,
    registry: indexRegistry(registry),
    store: { readStream: () => [] },
    read: readGlobals,
  });
  let done = 0;
  for await (const { frames } of read()) {
    let at = 0;
    for (const { event, end } of framesIn(codec, [frames])) {
      await globals.load([{ event }]);
      globals.take(event);
      const isDue = event.sequence <= (shown.sequences[event.slot] ?? 0);
      const context = { isDue, global: globals.stateOf(event.stream.tenant) };
      if (isMine(event.slot)) fold.take(event, frames.subarray(at, end), context);
      at = end;
      if (++done % PROGRESS_EVERY === 0) await onEvents(done);
    }
  }
  await onEvents(done);
  return fold;
};

const comparisonOf = (
  { index, digests }: ShownViews,
  found: ReadonlyMap<string, DifferenceKind>,
): Comparison => {
  let histories = 0;
  for (const key of digests.keys()) if (key.startsWith(HISTORY)) histories++;
  const [first] = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    ...{ index, histories, documents: digests.size - histories, differences: found.size },
    first: first === undefined ? null : differenceAt(...first),
  };
};

const differenceAt = (key: string, kind: DifferenceKind): Difference => {
  const [view = '', id = ''] = key.split('\0');
  return { view, id, kind };
};
