import { streamIdOf, type Projection, type Registry } from '@orderloom/decider';
import { framesIn } from '../frames.ts';
import type { Codec } from '../ports/codec.ts';
import type { StoredGroup } from '../ports/event-log.ts';
import type { EventSource } from '../ports/event-source.ts';
import { ProjectorGlobals } from '../projector-globals.ts';
import { indexRegistry } from '../processor/registry-index.ts';
import { FreshFold, type DifferenceKind } from './fresh-fold.ts';
import { boundsOf, HISTORY, isWithin, sharesBetween, type Share } from './shares.ts';
import type { Digests, ShownViews } from './view-digests.ts';

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
  /** The log from its first event; asked for again for every share of the streams. */
  readonly read: () => Iterable<StoredGroup> | AsyncIterable<StoredGroup>;
  /** About how many events that are. */
  readonly head: number;
  /** See `EventSource`; left out where one log holds all streams. */
  readonly globals?: EventSource['globals'];
  /** Told how many events of how many were folded, and waited for: whatever else the process does goes on meanwhile. */
  readonly onProgress?: (done: number, total: number) => void | Promise<void>;
  /** Events folded at a time: it bounds what is in memory of the log and of the views. */
  readonly eventsAtOnce?: number;
};

/** About half a gigabyte of documents. */
const EVENTS_AT_ONCE = 300_000;
const PROGRESS_EVERY = 500;

type Tally = { documents: number; histories: number; differences: number; first: Found | undefined };
type Found = { readonly key: string; readonly kind: DifferenceKind };

/** Holds everything that views show against a fresh fold of the log, share by share: O(events) a share. */
export const compareViews = async (shown: ShownViews, options: ComparingOptions): Promise<Comparison> => {
  const { head, onProgress = () => undefined, eventsAtOnce = EVENTS_AT_ONCE } = options;
  const wanted = Math.max(1, Math.ceil(head / eventsAtOnce));
  // Where there are several, the log is read once more to find where they end.
  const readings = wanted === 1 ? 1 : wanted + 1;
  const progressOf = (reading: number) => (done: number) =>
    onProgress(reading * head + Math.min(head, done), readings * head);
  const bounds = wanted === 1 ? [] : await boundsOf({ ...options, shares: wanted, onEvents: progressOf(0) });
  const tally: Tally = { documents: 0, histories: 0, differences: 0, first: undefined };
  for (const [at, share] of sharesBetween(bounds, options.projections).entries())
    await compareShare(shown, options, {
      ...{ share, tally },
      onEvents: progressOf(readings === 1 ? 0 : at + 1),
    });
  const { documents, histories, differences, first } = tally;
  return {
    ...{ index: shown.index, documents, histories, differences },
    first: first === undefined ? null : differenceAt(first),
  };
};

type Part = {
  readonly share: Share;
  readonly tally: Tally;
  readonly onEvents: (done: number) => void | Promise<void>;
};

const compareShare = async (
  shown: ShownViews,
  options: ComparingOptions,
  { share, tally, onEvents }: Part,
): Promise<void> => {
  const digests = await shown.digestsIn(share);
  const unseen = new Set(digests.keys());
  const fold = await foldShare({ shown, digests, share }, options, onEvents);
  const take = (key: string, kind: DifferenceKind): void => {
    tally.differences += 1;
    if (tally.first === undefined || key < tally.first.key) tally.first = { key, kind };
  };
  for (const { key, kind } of fold.findings()) {
    unseen.delete(key);
    if (kind !== undefined) take(key, kind);
  }
  for (const key of unseen) take(key, 'extra');
  for (const key of digests.keys()) tally[key.startsWith(HISTORY) ? 'histories' : 'documents'] += 1;
};

type Held = { readonly shown: ShownViews; readonly digests: Digests; readonly share: Share };

const foldShare = async (
  { shown, digests, share }: Held,
  { codec, registry, projections, read, globals: readGlobals }: ComparingOptions,
  onEvents: Part['onEvents'],
): Promise<FreshFold> => {
  const fold = new FreshFold(projections, digests, shown);
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
      if (isWithin(share.streams, streamIdOf(event.stream)))
        fold.take(event, frames.subarray(at, end), context);
      at = end;
      if (++done % PROGRESS_EVERY === 0) await onEvents(done);
    }
  }
  await onEvents(done);
  return fold;
};

const differenceAt = ({ key, kind }: Found): Difference => {
  const [view = '', id = ''] = key.split('\0');
  return { view, id, kind };
};
