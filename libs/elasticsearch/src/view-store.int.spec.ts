// The port's promises on a real Elasticsearch, and what only this store promises: nothing is made by accident, nothing
// goes back, what is shown is what was refreshed, and an index that is lost takes its checkpoints with it.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '@elastic/elasticsearch';
import { SLOTS } from '@orderloom/decider';
import {
  MOST_COUNTED,
  MOST_VALUES,
  type DocumentWrite,
  type SearchQuestion,
  type ViewBatch,
} from '@orderloom/engine';
import { obstacleTo, sharedServer } from '@orderloom/stack';
import { leftOut, until, viewStoreContract, virtualClock } from '@orderloom/testing';
import { openSearchViews, searchClient, type SearchViews, type SearchViewsOptions } from './search-views.ts';
import { searchReader } from './view-reader.ts';

const obstacle = obstacleTo('elasticsearch');
if (obstacle !== undefined) leftOut('the view store on a real Elasticsearch', obstacle);

const START_WITHIN_MS = 900_000;
/** A machine that is busy with other suites answers late, and that is not what is asked here. */
const ANSWERS_WITHIN_MS = 20_000;

const run = `views-${process.pid}-${Date.now()}`;
const opened: SearchViews[] = [];
let client: Client;
let places = 0;

const aPlace = () => ({ client, prefix: `${run}-${(places += 1)}`, generation: 'g1', frames: '1' });
const open = async (place: SearchViewsOptions): Promise<SearchViews> => {
  const views = await openSearchViews(place);
  opened.push(views);
  return views;
};
const indicesOf = async (prefix: string): Promise<string[]> =>
  Object.keys(await client.indices.get({ index: `${prefix}-*` }));
const drop = async (prefix: string, kind = ''): Promise<void> => {
  for (const index of await indicesOf(prefix))
    if (index.includes(kind)) await client.indices.delete({ index });
};
const batch = (index: number, more: Partial<ViewBatch> = {}): ViewBatch => ({
  writes: [],
  removals: [],
  chunks: [],
  parked: [],
  checkpoint: { index, sequences: new Float64Array(SLOTS).fill(index) },
  ...more,
});
const anOrder = (id: string, version = 1): DocumentWrite => ({
  view: 'order',
  id,
  version,
  document: { id, version },
  lists: ['main/all:'],
  sortKey: id,
});

(obstacle === undefined ? describe : describe.skip)('on a real Elasticsearch', () => {
  beforeAll(async () => {
    client = searchClient((await sharedServer('elasticsearch')).urls);
  }, START_WITHIN_MS);
  afterEach(async () => {
    for (const views of opened.splice(0)) await views.close().catch(() => undefined);
  });
  afterAll(async () => {
    await drop(run);
    await client.close();
  });

  viewStoreContract({
    name: 'the Elasticsearch view store',
    create: async () => {
      const place = aPlace();
      const views = await open(place);
      return {
        store: views.store('log'),
        reader: searchReader({ ...place, parts: ['log'], timeoutMs: ANSWERS_WITHIN_MS }),
        shown: () => views.refreshed(),
        dispose: () => undefined,
      };
    },
  });

  describe('a generation of views', () => {
    it('takes no field that is not described', async () => {
      const place = aPlace();
      await open(place);
      const document = { view: 'order', id: 'o-1', total: 5 };
      const written = client.index({ index: `${place.prefix}-views-g1`, document });
      await expect(written).rejects.toMatchObject({ statusCode: 400 });
    });

    it('goes on at each part’s checkpoint when it is opened again', async () => {
      const place = aPlace();
      const views = await open(place);
      await views.store('p0').commit(batch(9, { writes: [anOrder('o-1')] }));
      await views.close();
      const again = await open(place);
      expect(await again.store('p0').checkpoint()).toEqual(batch(9).checkpoint);
      expect((await again.store('p1').checkpoint()).index).toBe(0);
      const reader = searchReader({ ...place, parts: ['p0', 'p1'], timeoutMs: ANSWERS_WITHIN_MS });
      expect(await reader.asOf()).toBe(9);
    });

    it('shows a window after the refresh, and says so only then', async () => {
      const clock = virtualClock(0);
      const place = { ...aPlace(), clock };
      const store = (await open(place)).store('log');
      const reader = searchReader({ ...place, parts: ['log'], timeoutMs: ANSWERS_WITHIN_MS });
      const shown = async () => (await reader.list('order', 'main/all:', null, 10)).documents.length;
      await store.commit(batch(1, { writes: [anOrder('o-1')] }));
      expect([await reader.asOf(), await shown()]).toEqual([0, 0]);
      expect((await reader.get('order', 'o-1'))?.version).toBe(1);
      clock.advance(500);
      await until('it to be searchable', async () => (await reader.asOf()) === 1, 10_000);
      expect(await shown()).toBe(1);
    });

    it('never takes an older document, whoever writes it, however late', async () => {
      const place = aPlace();
      const [living, zombie] = [await open(place), await open(place)];
      await living.store('log').commit(batch(5, { writes: [anOrder('o-1', 5)] }));
      await living.store('log').commit(batch(6, { removals: [{ view: 'order', id: 'o-2', version: 6 }] }));
      await living.refreshed();
      await zombie.store('log').commit(batch(4, { writes: [anOrder('o-1', 4), anOrder('o-2', 5)] }));
      await zombie.refreshed();
      const reader = searchReader({ ...place, parts: ['log'], timeoutMs: ANSWERS_WITHIN_MS });
      expect((await reader.get('order', 'o-1'))?.version).toBe(5);
      expect(await reader.get('order', 'o-2')).toBeUndefined();
      expect((await (await open(place)).store('log').checkpoint()).index).toBe(6);
    });

    it('names a document that can never be taken', async () => {
      const store = (await open(aPlace())).store('log');
      const endless = { ...anOrder('main/o-1'), lists: [`main/${'x'.repeat(40_000)}`] };
      await expect(store.commit(batch(1, { writes: [endless] }))).rejects.toMatchObject({
        code: 'document-refused',
        retryable: false,
        message: expect.stringContaining('order/main/o-1'),
      });
      expect((await store.checkpoint()).index).toBe(0);
    });

    it('reads a stream once where its windows were delivered twice', async () => {
      const views = await open(aPlace());
      const chunk = (firstVersion: number, count: number) => ({
        streamId: 'main/order/o-1',
        firstVersion,
        count,
        frames: Uint8Array.from(
          Array.from({ length: count }, (_, at) => [1, 0, 0, 0, firstVersion + at]).flat(),
        ),
      });
      const store = views.store('log');
      await store.commit(batch(3, { chunks: [chunk(1, 3)] }));
      await store.commit(batch(2, { chunks: [chunk(1, 2)] }));
      await store.commit(batch(5, { chunks: [chunk(3, 3)] }));
      const frames = await store.readStream('main/order/o-1', 0, 100);
      expect(frames.map((frame) => frame[4])).toEqual([1, 2, 3, 4, 5]);
    });
  });

  describe('counts', () => {
    const MANY = MOST_COUNTED + 20;
    /** Ten orders for each of a thousand merchants, and one order that is disputed. */
    const orders = Array.from({ length: MANY }, (_, n): DocumentWrite => {
      const key = `o-${String(n).padStart(6, '0')}`;
      const status = n === 7 ? 'disputed' : 'paid';
      const lists = ['all:', `status:${status}`, `merchant:m-${n % 1002}`].map((list) => `main/${list}`);
      return { ...anOrder(`main/${key}`), sortKey: key, lists, counted: lists, text: ['tea'] };
    });
    const question: SearchQuestion = {
      ...{ tenant: 'main', lists: [], terms: [], from: null, until: null, before: null, limit: 1 },
      counted: ['all', 'status', 'merchant'],
    };

    it('find rare values beside very many, and are absent where too many orders would have to be counted', async () => {
      const place = aPlace();
      const views = await open(place);
      await views.store('log').commit(batch(1, { writes: orders }));
      await views.refreshed();
      const reader = searchReader({ ...place, parts: ['log'], timeoutMs: 20_000 });
      const { counts } = await reader.search('order', question);
      expect(counts).toMatchObject({ 'all:': MANY, 'status:paid': MANY - 1, 'status:disputed': 1 });
      const merchants = Object.keys(counts ?? {}).filter((list) => list.startsWith('merchant:'));
      expect(merchants).toHaveLength(MOST_VALUES);
      const tea = { ...question, terms: [{ words: ['tea'], begins: false }] };
      expect((await reader.search('order', tea)).counts).toBeNull();
      const few = await reader.search('order', { ...tea, until: 'o-000020' });
      expect(few.counts).toMatchObject({ 'all:': 20, 'status:disputed': 1, 'merchant:m-7': 1 });
    });
  });

  describe('an index that is dropped', () => {
    it.each(['views', 'streams'])('of %s is not made by accident, and is begun again', async (kind) => {
      const place = aPlace();
      const store = (await open(place)).store('log');
      const chunks = [{ streamId: 's', firstVersion: 1, count: 1, frames: Uint8Array.of(0, 0, 0, 0) }];
      await store.commit(batch(7, { writes: [anOrder('o-1')], chunks }));
      await drop(place.prefix, kind);
      const late = store.commit(batch(8, { writes: [anOrder('o-1', 2)], chunks }));
      await expect(late).rejects.toMatchObject({ code: 'views-corrupt' });
      expect((await indicesOf(place.prefix)).filter((name) => name.includes(kind))).toEqual([]);
      expect((await (await open(place)).store('log').checkpoint()).index).toBe(0);
    });

    it('and made again by another process is noticed, and the old checkpoint does not count', async () => {
      const place = aPlace();
      const views = await open(place);
      const store = views.store('p0');
      await store.commit(batch(7, { writes: [anOrder('o-1')] }));
      await drop(place.prefix);
      await open(place);
      await store.commit(batch(8));
      await expect(views.refreshed()).rejects.toMatchObject({ code: 'views-corrupt' });
      await expect(store.commit(batch(9))).rejects.toMatchObject({ code: 'views-corrupt' });
      expect(await searchReader({ ...place, parts: ['p0'], timeoutMs: ANSWERS_WITHIN_MS }).asOf()).toBe(0);
      expect((await (await open(place)).store('p0').checkpoint()).index).toBe(0);
    });
  });

  describe('a reader', () => {
    it('says that the views are being made while there are none', async () => {
      const reader = searchReader({ ...aPlace(), parts: ['log'], timeoutMs: ANSWERS_WITHIN_MS });
      const unavailable = { code: 'views-unavailable', retryable: true };
      await expect(reader.get('order', 'o-1')).rejects.toMatchObject(unavailable);
      await expect(reader.list('order', 'main/all:', null, 10)).rejects.toMatchObject(unavailable);
      await expect(reader.asOf()).rejects.toMatchObject(unavailable);
    });
  });
});

describe('without an Elasticsearch', () => {
  it('views cannot be opened, for now', async () => {
    const nobody = searchClient(['http://127.0.0.1:1']);
    const place = { client: nobody, prefix: 'nowhere', generation: 'g1', frames: '1' };
    const unavailable = { code: 'views-unavailable', retryable: true };
    await expect(openSearchViews(place)).rejects.toMatchObject(unavailable);
    await expect(searchReader({ ...place, parts: [] }).get('order', 'o-1')).rejects.toMatchObject(
      unavailable,
    );
    await nobody.close();
  });
});
