import { Redis } from 'ioredis';
import { EngineError } from '@orderloom/engine';
import { CONTENTS, STRAYS } from './contents-scripts.ts';
import { AS_OF, BEGIN, COMMIT, GET, LIST, PLACE, WRITE } from './scripts.ts';

/** Each with how many keys stand in front of its arguments. */
const SCRIPTS = {
  viewBegin: { lua: BEGIN, numberOfKeys: 4 },
  viewWrite: { lua: WRITE, numberOfKeys: 1 },
  viewCommit: { lua: COMMIT, numberOfKeys: 3 },
  viewPlace: { lua: PLACE, numberOfKeys: 1 },
  viewAsOf: { lua: AS_OF, numberOfKeys: 2 },
  viewGet: { lua: GET, numberOfKeys: 3 },
  viewList: { lua: LIST, numberOfKeys: 3 },
  viewContents: { lua: CONTENTS, numberOfKeys: 1 },
  viewStrays: { lua: STRAYS, numberOfKeys: 1 },
};

type Scripts = {
  readonly [Name in keyof typeof SCRIPTS]: (
    ...keysAndArguments: readonly (string | number)[]
  ) => Promise<unknown>;
};

/** A connection that knows the scripts of this lib. */
export type RedisConnection = Redis & Scripts;

export type RedisOptions = {
  readonly url: string;
  /** One answer takes at most this long, ms. Readers wait less than writers: they can go elsewhere. */
  readonly answerWithinMs: number;
};

/** Pauses between two tries to connect, ms: the first and the longest. */
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 1000;
const DISCONNECT_WITHIN_MS = 250;
/** A caller waits this long for the first connection, and then goes on without. */
const FIRST_WITHIN_MS = 1000;

/**
 * Connects now or later: while Redis is away every command fails at once, and nothing is queued. Resolves when it is
 * connected, or when the first tries were in vain.
 */
export const connectRedis = async ({ url, answerWithinMs }: RedisOptions): Promise<RedisConnection> => {
  const redis = new Redis(url, {
    commandTimeout: answerWithinMs,
    enableOfflineQueue: false,
    // Closed while it was away, a connection holds the process for so long.
    disconnectTimeout: DISCONNECT_WITHIN_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: (tries) =>
      Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries) * (0.5 + Math.random() / 2),
    scripts: SCRIPTS,
  });
  // Every command tells its caller; without a listener the library prints each failure.
  redis.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, FIRST_WITHIN_MS);
    redis.once('ready', () => {
      clearTimeout(timer);
      resolve();
    });
  });
  return redis as RedisConnection;
};

/** What Redis says when it cannot do now what it can do at other times. */
const FOR_NOW =
  /^(LOADING|OOM|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|NOREPLICAS|MISCONF|NOSCRIPT|TORN)\b/;
const LOST = /\bLOST\b/;
const GONE = /\bGONE\b/;

export const viewsUnavailable = (why: string, cause?: unknown): EngineError =>
  new EngineError('views-unavailable', `Redis: ${why}; try again`, { retryable: true, cause });

/** The documents that the checkpoint speaks of are gone. */
const viewsLost = (cause: unknown): EngineError =>
  new EngineError('views-corrupt', 'Redis was emptied: the views are begun again', {
    ...{ retryable: false, cause },
  });

/** Whoever gets this ends: nobody reads the generation, and nobody may make it again. */
const generationDropped = (cause: unknown): EngineError =>
  new EngineError('generation-dropped', 'the generation of the cache was given up', {
    ...{ retryable: false, cause },
  });

/** What the language throws is a defect here; what the library throws of its own is about the connection. */
const DEFECTS = new Set(['TypeError', 'RangeError', 'SyntaxError', 'ReferenceError']);

/** The port's error for what the library threw; a defect stays what it is. */
const cacheError = (error: unknown): unknown => {
  if (error instanceof EngineError || !(error instanceof Error) || DEFECTS.has(error.name)) return error;
  if (error.name !== 'ReplyError') return viewsUnavailable(error.message, error);
  if (LOST.test(error.message)) return viewsLost(error);
  if (GONE.test(error.message)) return generationDropped(error);
  return FOR_NOW.test(error.message) ? viewsUnavailable(error.message, error) : error;
};

/** Runs `work` with the port's errors. */
export const naming = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw cacheError(error);
  }
};
