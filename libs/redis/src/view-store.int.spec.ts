// The port's promises on a real Redis, and what only this store promises: a document never goes back whoever writes it, a
// cache that was emptied is noticed, and one that is being filled answers nothing.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { memoryViewStore, systemClock, type ViewReader, type ViewStore } from '@orderloom/engine';
import { obstacleTo, ownServer, sharedServer, type OwnServer } from '@orderloom/stack';
import { leftOut, viewStoreContract } from '@orderloom/testing';
import { redisCache, type Cache } from './cache.ts';
import { cachedReader } from './cached-reader.ts';
import { connectRedis, type RedisConnection } from './connection.ts';
import { anOrder, aStore, freshPlace, window } from './example-views.ts';
import { keysOf, type CachePlace } from './keys.ts';

const obstacle = obstacleTo('redis');
if (obstacle !== undefined) leftOut('the view store on a real Redis', obstacle);
const here = obstacle === undefined ? describe : describe.skip;

const connect = (url: string): Promise<RedisConnection> => connectRedis({ url, answerWithinMs: 5000 });
const cacheOf = (redis: RedisConnection, place: CachePlace, parts = ['log']): Cache =>
  redisCache({ redis, place, parts });

here('on a real Redis', () => {
  let redis: RedisConnection;
  beforeAll(async () => {
    redis = await connect((await sharedServer('redis')).urls[0]!);
  }, 300_000);
  afterAll(() => redis.disconnect());

  /** Nothing but the cache answers, except for parked events, which no cache is asked for. */
  const readerOf = (store: ViewStore, cache: Cache): ViewReader =>
    cachedReader({
      ...{ cache, clock: systemClock, random: () => 0, onRead: () => undefined },
      source: {
        ...memoryViewStore().reader,
        list: () => Promise.reject(new Error('the cache had no page')),
        asOf: () => Promise.reject(new Error('the cache had no checkpoint')),
        parked: async () => store.parked(),
      },
    });

  viewStoreContract({
    name: 'the Redis view store',
    create: async () => {
      const place = freshPlace();
      const store = aStore(redis, place);
      await store.checkpoint();
      return { store, reader: readerOf(store, cacheOf(redis, place)), dispose: () => undefined };
    },
    skip: [
      {
        reason: 'a cache keeps no streams: they are read from the stream store',
        of: 'streams',
        tests: ['come back frame by frame, across windows'],
      },
      {
        reason: 'a cache is not searched: the store behind it is',
        of: 'searches',
        tests: 'all',
      },
      {
        reason: 'a cache is not asked for queues: the store behind it is',
        of: 'queues',
        tests: 'all',
      },
      {
        reason: 'a cache keeps no sums: the store behind it does',
        of: 'sums',
        tests: 'all',
      },
    ],
  });

  describe('a generation of views', () => {
    it('goes on where it was, part by part', async () => {
      const place = freshPlace();
      await aStore(redis, place, { part: 'p0' }).commit(window(9, [anOrder('o-1')]));
      const again = aStore(redis, place, { part: 'p0' });
      expect(await again.checkpoint()).toEqual(window(9).checkpoint);
      await aStore(redis, place, { part: 'p1' }).commit(window(4));
      expect(await cacheOf(redis, place, ['p0', 'p1']).asOf()).toBe(13);
    });

    it('is not the one of another fold', async () => {
      const place = freshPlace();
      await aStore(redis, place).commit(window(9, [anOrder('o-1')]));
      expect((await aStore(redis, freshPlace()).checkpoint()).index).toBe(0);
    });

    it('takes a window larger than one step whole', async () => {
      const place = freshPlace();
      const writes = Array.from({ length: 1000 }, (_, at) => anOrder(`o-${at}`, 2));
      const store = aStore(redis, place);
      await store.commit(window(2000, writes));
      const ids = writes.map(({ id }) => id);
      expect(await store.load('order', ids)).toHaveProperty('size', 1000);
      const { answer } = await cacheOf(redis, place).list('order', 'main/all:', null, 200);
      expect(answer.documents[0]?.id).toBe('o-999');
    });

    it('keeps its checkpoint where a step of a window was not taken', async () => {
      const place = freshPlace();
      const store = aStore(redis, place);
      await store.commit(window(1, [anOrder('o-0')]));
      const full = (at: number) => (at === 500 ? { document: 7n } : {});
      const writes = Array.from({ length: 1000 }, (_, at) => anOrder(`o-${at}`, 2, full(at)));
      await expect(Promise.resolve(store.commit(window(2, writes)))).rejects.toThrow(TypeError);
      expect(await aStore(redis, place).checkpoint()).toEqual(window(1).checkpoint);
      const late = redis.viewCommit(
        ...[keysOf(place, place.folds).head, 'unused', 'unused', 'd', 'l'],
        ...[(await redis.hget(keysOf(place, place.folds).head, 'epoch'))!, 'log', 9, 'another step', 0, 0],
      );
      await expect(late).rejects.toThrow(/^TORN/);
    });
  });

  describe('an older document', () => {
    it('is never taken, whoever writes it, however late, removed ones included', async () => {
      const place = freshPlace();
      const [living, zombie] = [aStore(redis, place), aStore(redis, place)];
      await zombie.checkpoint();
      await living.commit(window(5, [anOrder('o-1', 5)]));
      await living.commit({ ...window(6), removals: [{ view: 'order', id: 'o-2', version: 6 }] });
      await zombie.commit(window(4, [anOrder('o-1', 4), anOrder('o-2', 5)]));
      const { answer } = await cacheOf(redis, place).list('order', 'main/all:', null, 10);
      expect(answer.documents).toEqual([{ id: 'o-1', version: 5, document: { id: 'o-1', version: 5 } }]);
      expect(await aStore(redis, place).checkpoint()).toEqual(window(6).checkpoint);
    });

    type Write = (version: number) => Promise<unknown>;
    const VERSIONS = 50;

    /** Two writers of one document, one of them ever behind, now first and now last: how often a version went back. */
    const goesBack = async (write: Write, cache: Cache): Promise<number> => {
      let [last, backwards] = [0, 0];
      for (let version = 1; version <= VERSIONS; version++) {
        const late = Math.max(1, version - 3);
        for (const next of version % 2 === 0 ? [version, late] : [late, version]) await write(next);
        const seen = (await cache.get('order', 'o-1')).answer?.version ?? 0;
        if (seen < last) backwards += 1;
        last = seen;
      }
      return backwards;
    };

    it('is never seen after a newer one', async () => {
      const place = freshPlace();
      const store = aStore(redis, place);
      const write: Write = async (version) => store.commit(window(version, [anOrder('o-1', version)]));
      expect(await goesBack(write, cacheOf(redis, place))).toBe(0);
    });

    it('would be seen with a plain write', async () => {
      const place = freshPlace();
      await aStore(redis, place).checkpoint();
      const write: Write = (version) =>
        redis.hset(`${keysOf(place, place.folds).documents}order/o-1`, { v: version, b: '{}' });
      expect(await goesBack(write, cacheOf(redis, place))).toBeGreaterThan(0);
    });
  });
});

here('a Redis that is hurt', () => {
  let server: OwnServer;
  let redis: RedisConnection;
  beforeAll(async () => {
    server = await ownServer('redis');
    redis = await connect(server.urls[0]!);
  }, 300_000);
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  it('is noticed when it was emptied, and answers nothing until it is filled again', async () => {
    const place = freshPlace();
    let head = 0;
    const store = aStore(redis, place, { filledAt: () => head });
    await store.commit(window(7, [anOrder('o-1'), anOrder('o-2')]));
    head = 8;
    await redis.flushall();
    const late = Promise.resolve(store.commit(window(8, [anOrder('o-1', 2)])));
    await expect(late).rejects.toMatchObject({ code: 'views-corrupt' });
    expect(await redis.keys('*')).toEqual([]);
    expect((await store.checkpoint()).index).toBe(0);
    await store.commit(window(7, [anOrder('o-1'), anOrder('o-2')]));
    const unavailable = { code: 'views-unavailable', retryable: true };
    await expect(cacheOf(redis, place).get('order', 'o-1')).rejects.toMatchObject(unavailable);
    await store.commit(window(8, [anOrder('o-1', 2)]));
    expect((await cacheOf(redis, place).get('order', 'o-1')).answer?.version).toBe(2);
  });

  it('that loses its scripts is told them again', async () => {
    const place = freshPlace();
    const store = aStore(redis, place);
    await store.commit(window(1, [anOrder('o-1')]));
    await redis.script('FLUSH');
    await store.commit(window(2, [anOrder('o-1', 2)]));
    await redis.script('FLUSH');
    expect((await cacheOf(redis, place).get('order', 'o-1')).index).toBe(2);
  });

  it('that may drop any key is refused', async () => {
    await redis.config('SET', 'maxmemory', '100mb', 'maxmemory-policy', 'allkeys-lru');
    const refused = Promise.resolve(aStore(redis, freshPlace()).checkpoint());
    await expect(refused).rejects.toMatchObject({ code: 'cache-evicts', retryable: false });
    await redis.config('SET', 'maxmemory', '100mb', 'maxmemory-policy', 'volatile-ttl');
    expect((await aStore(redis, freshPlace()).checkpoint()).index).toBe(0);
  });

  it('that is full takes nothing more, and goes on answering', async () => {
    const place = freshPlace();
    const store = aStore(redis, place);
    await store.commit(window(1, [anOrder('o-1')]));
    await redis.config('SET', 'maxmemory', '1mb', 'maxmemory-policy', 'noeviction');
    const full = Promise.resolve(store.commit(window(2, [anOrder('o-1', 2)])));
    await expect(full).rejects.toMatchObject({ code: 'views-unavailable', retryable: true });
    expect((await cacheOf(redis, place).get('order', 'o-1')).answer?.version).toBe(1);
    await redis.config('SET', 'maxmemory', '0');
    await store.commit(window(2, [anOrder('o-1', 2)]));
    expect((await cacheOf(redis, place).get('order', 'o-1')).answer?.version).toBe(2);
  });

  it('is not there for now', async () => {
    const nobody = await connectRedis({ url: 'redis://127.0.0.1:1', answerWithinMs: 100 });
    const unavailable = { code: 'views-unavailable', retryable: true };
    await expect(Promise.resolve(aStore(nobody, freshPlace()).checkpoint())).rejects.toMatchObject(
      unavailable,
    );
    await expect(cacheOf(nobody, freshPlace()).get('order', 'o-1')).rejects.toMatchObject(unavailable);
    nobody.disconnect();
  });
});
