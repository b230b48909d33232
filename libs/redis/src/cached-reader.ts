import {
  EngineError,
  type Clock,
  type ListPage,
  type StoredDocument,
  type ViewReader,
} from '@orderloom/engine';
import { absentDocuments } from './absent-documents.ts';
import type { AsOf, Cache } from './cache.ts';
import { viewsUnavailable } from './connection.ts';
import { cursorFor, marked } from './list-cursor.ts';
import { singleFlight } from './single-flight.ts';

/**
 * How a question was answered: by the cache; by the source, because the cache had no such document (`miss`), could not be
 * asked (`detour`) or is behind (`behind`); or by a note that there is no such document (`absent`).
 */
export type ReadPath = 'hit' | 'miss' | 'absent' | 'behind' | 'detour';

export type CachedReaderOptions = {
  readonly cache: Cache;
  /** A view store that has everything: answers when the cache does not. */
  readonly source: ViewReader;
  /** Log index that the source is known to show by now, and that readers have been told of. Left out: nobody looks. */
  readonly sourceShown?: () => number;
  readonly clock: Clock;
  /** From 0 to 1: pauses are spread with it, so that many readers do not come back at the same instant. */
  readonly random: () => number;
  readonly onRead: (path: ReadPath) => void;
};

/** After a failure the cache is left alone for so long, ms: a cache that hangs costs one wait, not one for each read. */
const REST_MS = 250;
/** The source may be behind what the cache has claimed; a read waits for it so long, ms, and then fails for now. */
const SOURCE_WITHIN_MS = 2000;
const LOOK_EVERY_MS = 20;

/**
 * Reads from the cache, and from the source where the cache is away, is being filled, or does not have the document: slower
 * then, and never wrong. No answer shows less than `asOf` has claimed before, and what a detour has shown stays shown.
 * Whoever folds must not read through this.
 */
export const cachedReader = (options: CachedReaderOptions): ViewReader => {
  const { cache, source, sourceShown, clock, random, onRead } = options;
  const once = singleFlight();
  const absent = absentDocuments({ clock, random });
  let restsUntil = -Infinity;
  let wasAway = false;
  /** The newest log index that readers may have seen. */
  let claimed = 0;
  let sourceShows = 0;

  const sourceAsOf = async (): Promise<number> => {
    sourceShows = Math.max(sourceShows, await once('as of', () => source.asOf()));
    return sourceShows;
  };
  /** The cache is back: what the source has shown meanwhile must not disappear again. */
  const comeBack = async (): Promise<void> => {
    try {
      claimed = Math.max(claimed, await sourceAsOf());
      wasAway = false;
    } catch (error) {
      if (!isPassing(error)) throw error;
    }
  };
  const heed = (): void => {
    if (sourceShown === undefined) return;
    sourceShows = Math.max(sourceShows, sourceShown());
    claimed = Math.max(claimed, sourceShows);
  };
  const fromCache = async <T>(ask: () => Promise<AsOf<T>>): Promise<AsOf<T> | 'behind' | 'detour'> => {
    heed();
    if (clock.now() < restsUntil) return 'detour';
    try {
      const asOf = await ask();
      if (wasAway) await comeBack();
      return asOf.index >= claimed ? asOf : 'behind';
    } catch (error) {
      if (!isPassing(error)) throw error;
      wasAway = true;
      restsUntil = clock.now() + REST_MS * (0.5 + random());
      return 'detour';
    }
  };
  const caughtUp = async (): Promise<void> => {
    for (const until = clock.now() + SOURCE_WITHIN_MS; sourceShows < claimed;) {
      if ((await sourceAsOf()) >= claimed) return;
      if (clock.now() >= until) throw viewsUnavailable('it is away, and the views behind it are late');
      await new Promise<void>((resolve) => clock.after(LOOK_EVERY_MS, resolve));
    }
  };
  /** Who has been told of more asks anew: an answer that is under way may be older. */
  const fromSource = async <T>(question: readonly unknown[], ask: () => Promise<T>): Promise<T> => {
    await caughtUp();
    return once(JSON.stringify([claimed, ...question]), ask);
  };
  const documentFromSource = async (view: string, id: string): Promise<StoredDocument | undefined> => {
    const seen = claimed;
    const document = await fromSource([view, id], () => source.get(view, id));
    if (document === undefined) absent.note(view, id, seen);
    return document;
  };

  const get = async (view: string, id: string): Promise<StoredDocument | undefined> => {
    const cached = await fromCache(() => cache.get(view, id));
    const found = typeof cached === 'string' ? undefined : cached.answer;
    const isAbsent = found === undefined && absent.has(view, id, claimed);
    onRead(found ? 'hit' : isAbsent ? 'absent' : typeof cached === 'string' ? cached : 'miss');
    return found ?? (isAbsent ? undefined : documentFromSource(view, id));
  };
  const list: ViewReader['list'] = async (view, name, before, limit): Promise<ListPage> => {
    const ofCache = cursorFor('cache', before);
    const cached = await fromCache(() => cache.list(view, name, ofCache, limit));
    onRead(typeof cached === 'string' ? cached : 'hit');
    if (typeof cached !== 'string') return marked('cache', cached.answer);
    const ofSource = cursorFor('source', before);
    const question = [view, name, ofSource, limit];
    return marked('source', await fromSource(question, () => source.list(view, name, ofSource, limit)));
  };
  const asOf = async (): Promise<number> => {
    const cached = await fromCache(async () => ({ index: await cache.asOf(), answer: undefined }));
    // A cache that is behind says nothing new, and asking the source would put it behind for ever.
    if (cached === 'detour') claimed = Math.max(claimed, await sourceAsOf());
    else if (cached !== 'behind') claimed = Math.max(claimed, cached.index);
    return claimed;
  };
  return {
    get,
    list,
    // No cache is searched.
    search: (view, question) => fromSource(['search', view, question], () => source.search(view, question)),
    sums: (view, name) => fromSource(['sums', view, name], () => source.sums(view, name)),
    readStream: (streamId, after, limit) => source.readStream(streamId, after, limit),
    asOf,
    parked: () => source.parked(),
    close: async () => {
      cache.close();
      await source.close();
    },
  };
};

const isPassing = (error: unknown): boolean => error instanceof EngineError && error.retryable;
