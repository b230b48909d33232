// Generations of a cache on a real Redis: a question is answered by one of them, a change counts from the next step on, and
// what was given up is not made again, whoever stood still meanwhile.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  HISTORY,
  isInShare,
  placementAfter,
  type IdRange,
  type KeptDocument,
  type PlacementStep,
  type Share,
} from '@orderloom/engine';
import { obstacleTo, ownServer, type OwnServer } from '@orderloom/stack';
import { leftOut, placementRecordContract } from '@orderloom/testing';
import { redisCache } from './cache.ts';
import { connectRedis, type RedisConnection } from './connection.ts';
import { anOrder, aStore, freshPlace, window } from './example-views.ts';
import { deleteGivenUp } from './given-up.ts';
import { keptGeneration } from './kept-generation.ts';
import { keysOf, type CachePlace } from './keys.ts';
import { cachePlacement } from './placement-record.ts';

const obstacle = obstacleTo('redis');
if (obstacle !== undefined) leftOut('generations of a cache on a real Redis', obstacle);

const rebuild = { kind: 'rebuild', swaps: true } as const;
const swap = { kind: 'swap' } as const;
const ALL: IdRange = { after: null, upTo: null };
const everything: Share = { streams: ALL, views: [{ view: 'order', ids: ALL }], hasUnknown: true };

(obstacle === undefined ? describe : describe.skip)('the generations of a cache', () => {
  let server: OwnServer;
  let redis: RedisConnection;
  beforeAll(async () => {
    server = await ownServer('redis');
    redis = await connectRedis({ url: server.urls[0]!, answerWithinMs: 5000 });
  }, 300_000);
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  placementRecordContract({
    name: 'one hash',
    create: () => {
      const place = freshPlace();
      return { folds: place.folds, record: () => cachePlacement({ redis, place }) };
    },
  });

  const step = async (place: CachePlace, ...steps: readonly PlacementStep[]): Promise<void> => {
    const record = cachePlacement({ redis, place });
    for (const one of steps) await record.replace(placementAfter(await record.read(), one));
  };
  const dropped = async (place: CachePlace): Promise<void> => {
    await step(place, { kind: 'drop' });
    await deleteGivenUp(redis, place, await cachePlacement({ redis, place }).read());
  };
  const marked = (generation: string) => anOrder('main/o-1', 1, { document: { generation } });
  const fed = async (place: CachePlace, generation: string) => {
    const store = aStore(redis, place, { generation });
    await store.commit(window(1, [marked(generation)]));
    return store;
  };
  const kept = async (place: CachePlace, generation: string): Promise<readonly string[]> =>
    redis.keys(`${keysOf(place, generation).prefix}${generation}:*`);

  it('are read one at a time, and the next question after a swap is of the other', async () => {
    const place = freshPlace();
    await fed(place, 'f');
    const cache = redisCache({ redis, place, parts: ['log'] });
    const asked = async () => [
      (await cache.get('order', 'main/o-1')).answer?.document,
      (await cache.list('order', 'main/all:', null, 10)).answer.documents[0]?.document,
    ];
    expect(await asked()).toEqual([{ generation: 'f' }, { generation: 'f' }]);
    await step(place, rebuild);
    await fed(place, 'f_1');
    await step(place, swap);
    expect(await asked()).toEqual([{ generation: 'f_1' }, { generation: 'f_1' }]);
    await step(place, { kind: 'rollback' });
    expect(await cache.asOf()).toBe(1);
    expect(await asked()).toEqual([{ generation: 'f' }, { generation: 'f' }]);
  });

  it('leave nothing behind when they are given up, and the others as they are', async () => {
    const place = freshPlace();
    await fed(place, 'f');
    await step(place, rebuild);
    await fed(place, 'f_1');
    const before = await kept(place, 'f');
    await dropped(place);
    expect([await kept(place, 'f_1'), await kept(place, 'f')]).toEqual([[], before]);
  });

  it('that were given up are not made again by whoever stood still meanwhile', async () => {
    const place = freshPlace();
    await step(place, rebuild);
    const store = await fed(place, 'f_1');
    await dropped(place);
    const gone = { code: 'generation-dropped', retryable: false };
    const late = async () => store.commit(window(2, [marked('late')]));
    await expect(late()).rejects.toMatchObject({ code: 'views-corrupt' });
    await expect(late()).rejects.toMatchObject(gone);
    await expect(Promise.resolve(store.checkpoint())).rejects.toMatchObject(gone);
    await expect(fed(place, 'f_1')).rejects.toMatchObject(gone);
    expect(await kept(place, 'f_1')).toEqual([]);
  });

  it('would be made again if the placement did not say so to whoever begins', async () => {
    const place = freshPlace();
    await step(place, rebuild);
    const store = await fed(place, 'f_1');
    await dropped(place);
    await redis.hset(keysOf(place, 'f_1').placement, 'beside', 'f_1');
    await expect((async () => store.commit(window(2)))()).rejects.toMatchObject({ code: 'views-corrupt' });
    await store.commit(window(2, [marked('late')]));
    expect((await kept(place, 'f_1')).length).toBeGreaterThan(0);
  });

  describe('as a comparison reads them', () => {
    const contents = async (place: CachePlace, share = everything): Promise<readonly KeptDocument[]> => {
      const last = new Map<string, KeptDocument>();
      const { contents: read } = keptGeneration({ redis, place, generation: 'f', parts: ['log'] });
      for await (const page of read(share)) for (const one of page) last.set(one.id, one);
      return [...last.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    };
    const aShop = async (orders: number): Promise<CachePlace> => {
      const place = freshPlace();
      const ids = Array.from({ length: orders }, (_, at) => `main/o-${String(at).padStart(4, '0')}`);
      await aStore(redis, place).commit({
        ...window(
          orders,
          ids.map((id) => anOrder(id, 1, { lists: ['main/all:', 'main/status:paid'] })),
        ),
        removals: [{ view: 'order', id: 'main/removed', version: 2 }],
      });
      return place;
    };
    const wrong = (documents: readonly KeptDocument[]): readonly string[] =>
      documents.filter(({ lists }) => lists.includes('~wrong-entries')).map(({ id }) => id);

    it('have every document once, with the lists it stands in, and where each part is', async () => {
      const place = await aShop(1500);
      const documents = await contents(place);
      expect(documents).toHaveLength(1500);
      expect(documents[7]).toEqual({
        ...{ view: 'order', id: 'main/o-0007', version: 1, sortKey: 'main/o-0007', found: '' },
        ...{ lists: ['main/all:', 'main/status:paid'], body: '{"id":"main/o-0007","version":1}' },
      });
      const { checkpoints, shownUpTo } = keptGeneration({
        redis,
        place,
        generation: 'f',
        parts: ['log', 'x'],
      });
      expect(await checkpoints()).toEqual([window(1500).checkpoint, undefined]);
      expect(await shownUpTo()).toBe(1500);
    });

    it('are cut into shares, nothing twice and nothing left out', async () => {
      const place = await aShop(100);
      const bound = 'main/o-0033';
      const shares: readonly Share[] = [
        { ...everything, views: [{ view: 'order', ids: { after: null, upTo: bound } }] },
        { ...everything, views: [{ view: 'order', ids: { after: bound, upTo: null } }], hasUnknown: false },
      ];
      const cut = await Promise.all(shares.map((share) => contents(place, share)));
      expect(cut.map(({ length }) => length)).toEqual([34, 66]);
      expect(isInShare(shares[0]!, HISTORY, 'anything')).toBe(true);
    });

    it.each<readonly [string, (place: CachePlace) => Promise<unknown>, string]>([
      [
        'lacks an entry in a list',
        (place) => redis.zrem(`${keysOf(place, 'f').lists}order/main/all:`, 'main/o-0003\u0001main/o-0003'),
        'main/o-0003',
      ],
      [
        'stands in a list that it does not name',
        (place) => redis.zadd(`${keysOf(place, 'f').lists}order/main/x:`, 0, 'main/o-0003\u0001main/o-0003'),
        'main/o-0003',
      ],
      [
        'stands elsewhere in a list too',
        (place) => redis.zadd(`${keysOf(place, 'f').lists}order/main/all:`, 0, 'other\u0001main/o-0003'),
        'main/o-0003',
      ],
      [
        'is gone and still listed',
        (place) => redis.del(`${keysOf(place, 'f').documents}order/main/o-0003`),
        'main/o-0003',
      ],
      [
        'was removed and is listed',
        (place) => redis.zadd(`${keysOf(place, 'f').lists}order/main/all:`, 0, 'r\u0001main/removed'),
        'main/removed',
      ],
    ])('name a document that %s', async (_, change, id) => {
      const place = await aShop(5);
      expect(wrong(await contents(place))).toEqual([]);
      await change(place);
      expect(wrong(await contents(place))).toEqual([id]);
    });
  });
});
