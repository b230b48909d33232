// A shop on the embedded engine whose views are kept a second time, in Redis, by a projector of their own.
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureTenant, openEmbedded, type Embedded } from '@orderloom/embedded';
import {
  commandRequest,
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
import { seededShop } from '@orderloom/testing';
import { projections } from '@orderloom/views';
import { wireCodec } from '@orderloom/wire';
import { registry } from './read-events.ts';
import { openingCommands, retailWords } from './shop-words.ts';

const FAR = 86_400_000;
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

/** What a reader must see of an order from now on: it was told so, or somebody else was. */
export type Told = { readonly key: string; readonly version: number; readonly index: number };

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

/** An engine with a shop's shelves filled. */
export const openShop = async (folder: string): Promise<Embedded> => {
  const embedded = await openEmbedded({ folder, durability: 'off' });
  await ensureTenant(embedded.engine, 'main');
  for (const { stream, type, data, commandId } of openingCommands(FAR))
    await embedded.engine.send(commandRequest({ stream, type, data, commandId }));
  return embedded;
};

/** Lets orders live, one act after another; `between` is told how many acts of how many are done. */
export const letLive = async (
  { engine }: Embedded,
  orders: number,
  told: Told[],
  between: (done: number) => Promise<void>,
): Promise<void> => {
  const keys = new Map<number, string>();
  let done = 0;
  for (const step of seededShop({ seed: 11, orders, words: retailWords({ sealed: false }) })) {
    const stream = { tenant: 'main', type: 'order', key: keys.get(step.order.index) ?? '' };
    const { type, data } = step.command;
    const result = await engine.send(commandRequest({ stream, type, data, commandId: step.commandId }));
    if (result.outcome === 'accepted') {
      keys.set(step.order.index, result.stream.key);
      told.push({ key: result.stream.key, version: result.version, index: engine.asOf().head });
    }
    await between((done += 1));
  }
};
