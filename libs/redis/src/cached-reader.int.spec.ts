// A cache makes reads faster and nothing else: away, hanging, emptied or late, the views behind it answer, and no reader
// sees less than it has been told of.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { memoryViewStore, systemClock, type Clock, type ViewReader, type ViewStore } from '@orderloom/engine';
import { obstacleTo, ownServer, type OwnServer } from '@orderloom/stack';
import { leftOut, until, virtualClock } from '@orderloom/testing';
import { redisCache } from './cache.ts';
import { cachedReader, type ReadPath } from './cached-reader.ts';
import { connectRedis, type RedisConnection } from './connection.ts';
import { anOrder, aStore, freshPlace, window } from './example-views.ts';

const obstacle = obstacleTo('redis');
if (obstacle !== undefined) leftOut('reads past a real Redis', obstacle);
const here = obstacle === undefined ? describe : describe.skip;

/** A cache and the views behind it, each with its own writer, and what was asked of whom. */
type Place = {
  readonly store: ViewStore;
  readonly source: ViewStore;
  readonly reader: ViewReader;
  readonly paths: ReadPath[];
  readonly asked: string[];
};

type PlaceOptions = {
  readonly clock?: Clock;
  readonly mayAnswer?: (paths: readonly ReadPath[]) => Promise<void>;
  /** How long the reader waits for Redis. */
  readonly answerWithinMs?: number;
};

/** A machine that is busy with other suites stalls for less. */
const PATIENT_MS = 5_000;
const IMPATIENT_MS = 100;

/** Answers when `mayAnswer` resolves. */
const watched = (reader: ViewReader, asked: string[], mayAnswer: () => Promise<void>): ViewReader => ({
  ...reader,
  get: async (view, id) => {
    asked.push(id);
    await mayAnswer();
    return reader.get(view, id);
  },
});

here('reading past a real Redis', () => {
  let server: OwnServer;
  const open: RedisConnection[] = [];
  beforeAll(async () => {
    server = await ownServer('redis');
  }, 300_000);
  afterEach(() => {
    for (const redis of open.splice(0)) redis.disconnect();
  });
  afterAll(() => server.stop());

  const connect = async (answerWithinMs: number): Promise<RedisConnection> => {
    const redis = await connectRedis({ url: server.urls[0]!, answerWithinMs });
    open.push(redis);
    return redis;
  };
  const aPlace = async ({
    clock = systemClock,
    mayAnswer = async () => undefined,
    answerWithinMs = PATIENT_MS,
  }: PlaceOptions = {}): Promise<Place> => {
    const place = freshPlace();
    const behind = memoryViewStore();
    const store = aStore(await connect(PATIENT_MS), place, {
      filledAt: async () => (await behind.store.checkpoint()).index,
    });
    await store.checkpoint();
    const [paths, asked]: [ReadPath[], string[]] = [[], []];
    const reader = cachedReader({
      cache: redisCache({ redis: await connect(answerWithinMs), place, parts: ['log'] }),
      source: watched(behind.reader, asked, () => mayAnswer(paths)),
      ...{ clock, random: () => 0.5, onRead: (path) => paths.push(path) },
    });
    return { store, source: behind.store, reader, paths, asked };
  };
  /** Writes the same window to both, as two projectors of one log do. */
  const show = async ({ store, source }: Place, batch: Parameters<ViewStore['commit']>[0]): Promise<void> => {
    await source.commit(batch);
    await store.commit(batch);
  };
  it('asks nobody else for what the cache has', async () => {
    const place = await aPlace();
    await show(place, window(1, [anOrder('o-1')]));
    expect((await place.reader.get('order', 'o-1'))?.version).toBe(1);
    expect((await place.reader.list('order', 'main/all:', null, 10)).documents).toHaveLength(1);
    expect([place.paths, place.asked]).toEqual([['hit', 'hit'], []]);
  });

  it('asks the views behind it once, however many want to know', async () => {
    const everybodyAsked = async (paths: readonly ReadPath[]): Promise<void> => {
      await until('everybody to have asked', async () => paths.length === 100);
    };
    const place = await aPlace({ mayAnswer: everybodyAsked });
    await place.source.commit(window(1, [anOrder('o-1')]));
    const answers = await Promise.all(Array.from({ length: 100 }, () => place.reader.get('order', 'o-1')));
    expect(answers.every((document) => document?.version === 1)).toBe(true);
    expect(place.asked).toEqual(['o-1']);
  });

  it('remembers for a moment what there is not, and no longer than anything newer is known', async () => {
    const clock = virtualClock(0);
    const place = await aPlace({ clock });
    await show(place, window(1));
    const ask = () => place.reader.get('order', 'o-9');
    for (let times = 0; times < 5; times++) expect(await ask()).toBeUndefined();
    expect(place.paths).toEqual(['miss', 'absent', 'absent', 'absent', 'absent']);
    clock.advance(1000);
    await ask();
    expect(place.asked).toHaveLength(2);
    await place.source.commit(window(2, [anOrder('o-9')]));
    await place.store.commit(window(2));
    expect(await ask()).toBeUndefined();
    expect(await place.reader.asOf()).toBe(2);
    expect((await ask())?.version).toBe(1);
  });

  it('goes on when Redis is killed, and comes back to it when it is back and filled', async () => {
    const place = await aPlace();
    await show(place, window(1, [anOrder('o-1')]));
    await server.kill('SIGKILL');
    await place.source.commit(window(2, [anOrder('o-1', 2)]));
    for (let times = 0; times < 50; times++)
      expect((await place.reader.get('order', 'o-1'))?.version).toBeGreaterThan(0);
    expect(await place.reader.asOf()).toBe(2);
    expect((await place.reader.get('order', 'o-1'))?.version).toBe(2);
    expect((await place.reader.list('order', 'main/all:', null, 10)).documents[0]?.version).toBe(2);
    expect(new Set(place.paths)).toEqual(new Set(['detour']));
    await server.restart();
    await until('the projector to begin again', async () => {
      // It came back empty: the checkpoint says so, and the projector begins again.
      const { index } = await Promise.resolve(place.store.checkpoint()).catch(() => ({ index: -1 }));
      return index === 0;
    });
    expect((await place.reader.get('order', 'o-1'))?.version).toBe(2);
    await place.store.commit(window(2, [anOrder('o-1', 2)]));
    await until('a hit', async () => {
      expect((await place.reader.get('order', 'o-1'))?.version).toBe(2);
      return place.paths.at(-1) === 'hit';
    });
  });

  it('waits once for a Redis that hangs, not for every read', async () => {
    const place = await aPlace({ answerWithinMs: IMPATIENT_MS });
    await show(place, window(1, [anOrder('o-1')]));
    await server.kill('SIGSTOP');
    const began = performance.now();
    for (let times = 0; times < 200; times++)
      expect((await place.reader.get('order', 'o-1'))?.version).toBe(1);
    // 200 waits of 100 ms each would be 20 s.
    expect(performance.now() - began).toBeLessThan(15_000);
    await server.kill('SIGCONT');
    await until('a hit', async () => {
      await place.reader.get('order', 'o-1');
      return place.paths.at(-1) === 'hit';
    });
  });

  it('shows nothing older than it has claimed when the cache goes and the views behind it are late', async () => {
    const place = await aPlace();
    await show(place, window(1, [anOrder('o-1')]));
    await place.store.commit(window(2, [anOrder('o-1', 2)]));
    expect(await place.reader.asOf()).toBe(2);
    await server.kill('SIGKILL');
    const reading = place.reader.get('order', 'o-1');
    await place.source.commit(window(2, [anOrder('o-1', 2)]));
    expect((await reading)?.version).toBe(2);
    await server.restart();
  });

  it('says that it cannot tell for now when the views behind it stay late', async () => {
    const place = await aPlace();
    await show(place, window(1, [anOrder('o-1')]));
    await place.store.commit(window(2, [anOrder('o-1', 2)]));
    await place.reader.asOf();
    await server.kill('SIGKILL');
    await expect(place.reader.get('order', 'o-1')).rejects.toMatchObject({
      ...{ code: 'views-unavailable', retryable: true },
    });
    await server.restart();
  });

  it('does not come back to a cache that is older than what was shown meanwhile', async () => {
    const place = await aPlace({ answerWithinMs: IMPATIENT_MS });
    await show(place, window(1, [anOrder('o-1')]));
    await server.kill('SIGSTOP');
    await place.source.commit(window(2, [anOrder('o-1', 2)]));
    expect((await place.reader.get('order', 'o-1'))?.version).toBe(2);
    await server.kill('SIGCONT');
    await until('what the cache shows to be too old', async () => {
      expect((await place.reader.get('order', 'o-1'))?.version).toBe(2);
      return place.paths.at(-1) === 'behind';
    });
    await place.store.commit(window(2, [anOrder('o-1', 2)]));
    await until('a hit', async () => {
      expect((await place.reader.get('order', 'o-1'))?.version).toBe(2);
      return place.paths.at(-1) === 'hit';
    });
  });

  describe('in which one part is ahead of the views behind it and another one is not', () => {
    const readsAfter = async (
      tells: boolean,
    ): Promise<readonly [number | undefined, ReadPath | undefined]> => {
      const place = freshPlace();
      const redis = await connect(PATIENT_MS);
      const behind = memoryViewStore();
      const [ahead, late] = ['p0', 'p1'].map((part) => aStore(redis, place, { part }));
      await ahead!.checkpoint();
      await late!.checkpoint();
      await late!.commit(window(1, [anOrder('o-1')]));
      // Together the parts of the cache show more than what is behind it: three and one, and one and two.
      await ahead!.commit(window(3));
      await behind.store.commit(window(3, [anOrder('o-1', 2)]));
      const paths: ReadPath[] = [];
      const shown = tells
        ? new Map([
            ['p0', 1],
            ['p1', 2],
          ])
        : new Map<string, number>();
      const reader = cachedReader({
        cache: redisCache({ redis, place, parts: ['p0', 'p1'], told: () => shown }),
        ...{ source: behind.reader, sourceShown: () => 3, clock: systemClock, random: () => 0.5 },
        onRead: (path) => paths.push(path),
      });
      return [(await reader.get('order', 'o-1'))?.version, paths[0]];
    };

    it('is read past', async () => {
      expect(await readsAfter(true)).toEqual([2, 'behind']);
    });

    it('null control: shows what is older where nobody tells it of each part', async () => {
      expect(await readsAfter(false)).toEqual([1, 'hit']);
    });
  });

  it('goes on in a list where the cache left off', async () => {
    const place = await aPlace({ answerWithinMs: 1_000 });
    const writes = Array.from({ length: 9 }, (_, at) => anOrder(`o-${at}`));
    await show(place, window(9, writes));
    const seen: string[] = [];
    for (let before: string | null = null, pages = 0; pages === 0 || before !== null; pages++) {
      if (pages === 1) await server.kill('SIGSTOP');
      const page = await place.reader.list('order', 'main/all:', before, 3);
      seen.push(...page.documents.map(({ id }) => id));
      before = page.next;
    }
    await server.kill('SIGCONT');
    expect(seen).toEqual(['o-8', 'o-7', 'o-6', 'o-5', 'o-4', 'o-3', 'o-2', 'o-1', 'o-0']);
    expect(place.paths).toEqual(['hit', 'detour', 'detour']);
  });
});
