// A shop on the embedded engine whose views are kept a second time, in Redis, by a projector of their own.
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createProjector,
  EngineError,
  memoryEventSource,
  projecting,
  splitFrames,
  systemClock,
  type ProjectingProblem,
  type ViewReader,
} from '@orderloom/engine';
import {
  cachedReader,
  connectRedis,
  redisCache,
  redisViewStore,
  type Cache,
  type CachePlace,
  type ReadPath,
} from '@orderloom/redis';
import { openViewReader, readLog } from '@orderloom/sqlite';
import { projections } from '@orderloom/views';
import { wireCodec } from '@orderloom/wire';
import { registry } from './read-events.ts';
import type { Told } from './shop-in-process.ts';

const PART = '0';
const WINDOW_MS = 20;
const LOOK_EVERY_MS = 5;
const READERS = 4;

/** The views as SQLite has them: the truth that the cache is held against, and what answers while it is away. */
export const sqliteViews = (folder: string): ViewReader => {
  const generation = readdirSync(folder)
    .map((name) => /^views-(\w+)\.db$/.exec(name)?.[1])
    .find((found) => found !== undefined);
  return openViewReader(folder, generation ?? '');
};

export type Following = {
  readonly problems: readonly ProjectingProblem[];
  readonly stop: () => Promise<void>;
};

/** Projects the log of a folder into Redis until it is stopped, whatever becomes of Redis. */
export const projectIntoRedis = async (
  folder: string,
  url: string,
  place: CachePlace,
): Promise<Following> => {
  const log = readLog(folder);
  const source = memoryEventSource(1);
  const ending = new AbortController();
  const problems: ProjectingProblem[] = [];
  const redis = await connectRedis({ url, answerWithinMs: 2000 });
  const newCodec = () => {
    const codec = wireCodec();
    codec.bind(log.schemas);
    return codec;
  };
  const tailing = (async () => {
    const codec = newCodec();
    for (let last = 0; !ending.signal.aborted;) {
      for (const group of log.read(last)) {
        source.append(0, group);
        last = group.first + group.count - 1;
        for (const frame of splitFrames(group.frames))
          if (codec.readFrame(Buffer.from(frame), 0).event.stream.type === 'tenant')
            source.appendGlobal(frame);
      }
      await sleep(LOOK_EVERY_MS);
    }
  })();
  const store = redisViewStore({
    ...{ redis, place, generation: place.folds, part: PART, filledAt: () => log.head() },
    readStream: () => Promise.reject(new Error('nothing is ever folded again from a stream')),
  });
  const running = source.run(
    projecting({
      open: async () =>
        createProjector({ store, codec: newCodec(), registry, projections, globals: source.globals }),
      windowMs: WINDOW_MS,
      onProblem: (problem) => void problems.push(problem),
    }),
  );
  return {
    problems,
    stop: async () => {
      ending.abort();
      await tailing;
      await source.stop();
      await running;
      redis.disconnect();
      log.close();
    },
  };
};

export const cacheAt = async (url: string, place: CachePlace, answerWithinMs: number): Promise<Cache> =>
  redisCache({ redis: await connectRedis({ url, answerWithinMs }), place, parts: [PART] });

type Watched = {
  readonly reads: number;
  readonly wrong: readonly string[];
  /** Reads that were told to try again later. */
  readonly late: number;
  readonly paths: ReadonlyMap<ReadPath, number>;
};

/** Reads of orders beside the writing, until it is stopped: each is held against what had been told before it. */
export const watchOrders = (
  folder: string,
  cache: Cache,
  told: readonly Told[],
): { readonly stop: () => Promise<Watched> } => {
  const paths = new Map<ReadPath, number>();
  const reader = cachedReader({
    ...{ cache, source: sqliteViews(folder), clock: systemClock, random: Math.random },
    onRead: (path) => void paths.set(path, (paths.get(path) ?? 0) + 1),
  });
  const wrong: string[] = [];
  let [reads, late] = [0, 0];
  let done = false;
  const readOne = async (): Promise<void> => {
    const known = told.at(-1 - Math.floor(Math.random() * Math.min(told.length, 50)));
    const shown = await reader.asOf();
    if (known === undefined || known.index > shown) return;
    const document = await reader.get('order', `main/${known.key}`);
    reads += 1;
    if ((document?.version ?? 0) < known.version)
      wrong.push(`${known.key}: ${document?.version ?? 'absent'}`);
  };
  const watch = async (): Promise<void> => {
    while (!done) {
      await readOne().catch((error: unknown) => {
        if (error instanceof EngineError && error.retryable) late += 1;
        else wrong.push((error as Error).message);
      });
      await sleep(1);
    }
  };
  const watching = Promise.all(Array.from({ length: READERS }, watch));
  return {
    stop: async () => {
      if (!done) {
        done = true;
        await watching;
        await reader.close();
      }
      return { reads, wrong, late, paths };
    },
  };
};
