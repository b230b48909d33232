// Invariant: a cache makes reads faster and nothing else. Redis is emptied, killed and started again in the middle of
// a shop's business; no read is wrong meanwhile, and afterwards Redis holds what SQLite holds, list by list.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Embedded } from '@orderloom/embedded';
import type { ListPage, StoredDocument } from '@orderloom/engine';
import { connectRedis, type Cache } from '@orderloom/redis';
import { obstacleTo, ownServer, type OwnServer } from '@orderloom/stack';
import { leftOut } from '@orderloom/testing';
import { orderView } from '@orderloom/views';
import { cacheAt, projectIntoRedis, sqliteViews, watchOrders, type Following } from './cached-shop.ts';
import { aFolder, cleanUp } from './scratch.ts';
import { letLive, openShop, type Told } from './shop-in-process.ts';
import { size } from './size.ts';
import { until } from './until.ts';

const obstacle = obstacleTo('redis');
if (obstacle !== undefined) leftOut('a hot cache on a real Redis', obstacle);
const here = obstacle === undefined ? describe : describe.skip;

const LIVES = size(100, 1000);
const PLACE = { prefix: 'promise', folds: 'f' };
/** In front of everything that its one generation keeps. */
const KEYS = 'orderloom:{promise/f}:of:f';
/** While Redis is away readers wait two seconds for SQLite: on a busy machine that may be too short now and then. */
const LATE_AT_MOST = size(10, 0);
/** Whoever compares goes on, whatever stalls; readers go elsewhere. */
const [PATIENT_MS, READERS_WAIT_MS] = [5_000, 100];

type Lister = (list: string, before: string | null) => Promise<ListPage>;

const wholeList = async (lister: Lister, list: string): Promise<readonly StoredDocument[]> => {
  const documents: StoredDocument[] = [];
  for (let before: string | null = null, first = true; first || before !== null; first = false) {
    const page = await lister(list, before);
    documents.push(...page.documents);
    before = page.next;
  }
  return documents;
};

here('a hot cache', () => {
  let server: OwnServer;
  let url: string;
  beforeAll(async () => {
    server = await ownServer('redis');
    url = server.urls[0]!;
  }, 300_000);
  afterAll(() => server.stop());
  const closing: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
    await cleanUp();
  });
  /** A shop on a folder of its own, its views in SQLite and in Redis. */
  const aCachedShop = async () => {
    const folder = aFolder();
    const shop = await openShop(folder);
    closing.push(shop.stop);
    const following = await projectIntoRedis(folder, url, PLACE);
    closing.push(following.stop);
    const cache = await cacheAt(url, PLACE, PATIENT_MS);
    closing.push(cache.close);
    return { folder, shop, following, cache };
  };

  const admin = async <T>(
    work: (redis: Awaited<ReturnType<typeof connectRedis>>) => Promise<T>,
  ): Promise<T> => {
    const redis = await connectRedis({ url, answerWithinMs: PATIENT_MS });
    return work(redis).finally(() => redis.disconnect());
  };
  const flush = (): Promise<unknown> => admin((redis) => redis.flushall());
  /** The null control: whatever says which cache it is comes back, so nobody notices. */
  const flushUnnoticed = (): Promise<unknown> =>
    admin(async (redis) => {
      const [head, sequences] = [`${KEYS}:head`, `${KEYS}:sequences:0`];
      const [was, at] = [await redis.hgetall(head), await redis.hgetall(sequences)];
      await redis.multi().flushall().hset(head, was).hset(sequences, at).exec();
    });

  /** Lists in which the cache and SQLite differ. */
  const differences = async (folder: string, cache: Cache): Promise<readonly string[]> => {
    const sqlite = sqliteViews(folder);
    const truth = (list: string) =>
      wholeList((name, before) => sqlite.list('order', name, before, 100), list);
    const cached = (list: string) =>
      wholeList(async (name, before) => (await cache.list('order', name, before, 100)).answer, list);
    const orders = await truth('main/all:');
    expect(orders.length).toBeGreaterThan(LIVES / 2);
    const lists = new Set(orders.flatMap(({ document }) => orderView.lists(document as never)));
    const different: string[] = [];
    for (const list of [...lists].map((name) => `main/${name}`))
      if (JSON.stringify(await cached(list)) !== JSON.stringify(await truth(list))) different.push(list);
    await sqlite.close();
    return different;
  };

  const problemsOf = ({ problems }: Following): readonly (string | undefined)[] =>
    problems.map(({ error }) => (error as { readonly code?: string }).code);

  const atHead = ({ engine }: Embedded, cache: Cache): Promise<unknown> =>
    until('the cache to be at the head of the log', async () => {
      const index = await cache.asOf().catch(() => -1);
      return index === engine.asOf().head;
    });

  test('that is emptied and killed in the middle of lives shows nothing wrong, and is whole afterwards', async () => {
    const { folder, shop, following, cache } = await aCachedShop();
    const told: Told[] = [];
    const watching = watchOrders(folder, await cacheAt(url, PLACE, READERS_WAIT_MS), told);
    closing.push(watching.stop);
    await letLive(shop, LIVES, told, async (done) => {
      if (done === LIVES) {
        await atHead(shop, cache);
        await flush();
      }
      if (done === 2 * LIVES) await server.kill('SIGKILL');
      if (done === Math.floor(2.5 * LIVES)) {
        await until('the projector to notice', () => problemsOf(following).includes('views-unavailable'));
        await server.restart();
      }
    });
    await shop.engine.settled();
    await atHead(shop, cache);
    const { reads, wrong, late, paths } = await watching.stop();
    expect(wrong).toEqual([]);
    expect(late).toBeLessThanOrEqual(LATE_AT_MOST);
    expect(reads).toBeGreaterThan(LIVES / 10);
    expect([...paths.keys()]).toEqual(expect.arrayContaining(['hit', 'detour']));
    expect(problemsOf(following)).toEqual(expect.arrayContaining(['views-corrupt', 'views-unavailable']));
    expect(await differences(folder, cache)).toEqual([]);
  }, 300_000);

  test('would lack what it lost if it did not notice', async () => {
    await flush();
    const { folder, shop, cache } = await aCachedShop();
    await letLive(shop, LIVES, [], async (done) => {
      if (done === LIVES) {
        await atHead(shop, cache);
        await flushUnnoticed();
      }
    });
    await shop.engine.settled();
    await atHead(shop, cache);
    expect(await differences(folder, cache)).not.toEqual([]);
  }, 300_000);
});
