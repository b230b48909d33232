import { randomUUID } from 'node:crypto';
import { systemClock, type ViewReader, type ViewStore } from '@orderloom/engine';
import {
  cachedReader,
  connectRedis,
  redisCache,
  redisViewStore,
  type CachePlace,
  type RedisConnection,
} from '@orderloom/redis';
import { sharedServer } from '@orderloom/stack';
import type { Contender, Measurement, Place, Size } from '../harness/bench.ts';
import {
  batchesOf,
  followedWindows,
  orderLog,
  orderProjector,
  type KeptBatch,
  type OrderLog,
} from '../projecting/order-log.ts';
import { writtenFigures } from '../projecting/written.ts';

const ORDERS: Readonly<Record<Size, number>> = { ci: 500, full: 15_000 };
const READS: Readonly<Record<Size, number>> = { ci: 1000, full: 10_000 };
/** Part of the windows that is written to other keys first: server and client then know the way. */
const WARM_UP = 0.2;
const PART = 'log';

/** What a contender is given: keys of its own, and what is to be in them. */
type Task = {
  readonly redis: RedisConnection;
  readonly generation: string;
  readonly log: OrderLog;
  readonly batches: readonly KeptBatch[];
};
type Work = (task: Task) => Promise<void>;

const connect = async (): Promise<RedisConnection> =>
  connectRedis({ url: (await sharedServer('redis')).urls[0] ?? '', answerWithinMs: 10_000 });

const placeOf = ({ generation }: Pick<Task, 'generation'>): CachePlace => ({
  prefix: 'bench',
  folds: generation,
});

const storeOf = ({ redis, generation }: Task): ViewStore =>
  redisViewStore({
    ...{ redis, generation, place: placeOf({ generation }), part: PART },
    ...{ filledAt: () => 0, readStream: () => [] },
  });

const documentsIn = (batches: readonly KeptBatch[]): number =>
  batches.reduce((sum, { writes }) => sum + writes.length, 0);

/** Some of the windows to warm up, and then all by the clock, in an empty Redis each. */
const timed = async (
  { folder, size }: Place,
  work: Work,
  afterwards: (task: Task, size: Size) => Promise<Measurement> = async () => ({}),
): Promise<Measurement> => {
  const log = await orderLog(folder, ORDERS[size]);
  const batches = await batchesOf(log.codec, followedWindows(log.groups));
  const redis = await connect();
  const some = Math.ceil(batches.length * WARM_UP);
  const first = { ...log, groups: followedWindows(log.groups).slice(0, some).flat() };
  await work({ redis, generation: randomUUID(), log: first, batches: batches.slice(0, some) });
  await redis.flushall();
  const task = { redis, generation: randomUUID(), log, batches };
  const started = performance.now();
  await work(task);
  const seconds = (performance.now() - started) / 1000;
  const more = await afterwards(task, size);
  await redis.flushall();
  redis.disconnect();
  return { ...writtenFigures(log.groups, documentsIn(batches), seconds), ...more };
};

const writeBare: Work = async ({ redis, generation, batches }) => {
  for (const { writes } of batches) {
    const pipeline = redis.pipeline();
    for (const { view, id, document } of writes)
      pipeline.set(`${generation}:${view}/${id}`, JSON.stringify(document));
    const results = (await pipeline.exec()) ?? [];
    if (results.some(([error]) => error !== null)) throw new Error('a document was not taken');
  }
};

const writeSink: Work = async (task) => {
  const store = storeOf(task);
  for (const batch of task.batches) await store.commit(batch);
};

const project: Work = async (task) => {
  const projector = orderProjector(storeOf(task), task.log.codec);
  for (const window of followedWindows(task.log.groups)) await projector.apply(window);
};

/** Nobody is behind the cache: a read that it does not answer fails the run. */
const nobody = (): Promise<never> => Promise.reject(new Error('the cache did not answer'));
const NOTHING: ViewReader = {
  ...{ get: nobody, list: nobody, search: nobody, readStream: nobody, asOf: nobody },
  ...{ sums: nobody, parked: nobody },
  close: async () => undefined,
};

/** Orders read one after the other, as a caller in process reads them. */
const readDetails = async ({ redis, generation, batches }: Task, size: Size): Promise<Measurement> => {
  const cache = redisCache({ redis, place: placeOf({ generation }), parts: [PART] });
  const reader = cachedReader({
    ...{ cache, source: NOTHING, clock: systemClock, random: Math.random, onRead: () => undefined },
  });
  const orders = batches.flatMap(({ writes }) => writes.filter(({ view }) => view === 'order'));
  const started = performance.now();
  for (let at = 0; at < READS[size]; at++) {
    const id = orders[(at * 7919) % orders.length]?.id ?? '';
    if ((await reader.get('order', id)) === undefined) throw new Error('an order is not in the cache');
  }
  return { 'detail read': (performance.now() - started) / READS[size] };
};

export const contenders: readonly Contender[] = [
  {
    name: 'bare-pipeline',
    about: 'an ioredis pipeline a window: SET of the same documents, nothing else',
    measure: (place) => timed(place, writeBare),
  },
  {
    name: 'orderloom-sink',
    ours: true,
    about: 'the view store: compare-and-set by version, lists, a checkpoint a window; then details are read',
    measure: (place) => timed(place, writeSink, readDetails),
  },
  {
    name: 'orderloom-projector',
    ours: true,
    about: 'the same behind the projector: events decoded and folded into every view',
    measure: (place) => timed(place, project),
  },
];
