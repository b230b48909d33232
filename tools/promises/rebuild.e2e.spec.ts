// The views are made anew beside the live ones, killed at random, while a shop sells: in the end they are what the log
// says, and who reads meanwhile sees each order once.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { random } from '@orderloom/testing';
import { viewsAtHead } from './a-shop.ts';
import { anOrder } from './an-order.ts';
import { startApp, type App } from './app.ts';
import { ask, type Answer } from './ask.ts';
import { aFolder, cleanUp } from './scratch.ts';
import { letManyLive, openShop } from './shop-in-process.ts';
import { size } from './size.ts';
import { until } from './until.ts';

const ORDERS = size(100, 200_000);
const KILLS = size(3, 20);
/** A rebuild of so much takes about so long, ms: kills fall anywhere in it. */
const REBUILD_MS = size(1_500, 60_000);
const PATIENCE_MS = size(60_000, 1_800_000);

type Generation = { readonly generation: string; readonly state: string; readonly index: number };
type Report = {
  readonly generations: readonly Generation[];
  readonly work: { readonly kind: string } | null;
  readonly last: { readonly result: string; readonly comparison: object } | null;
};

let folder: string;
let app: App;
let keys = 0;

const post = (path: string, body: object = {}): Promise<Answer> =>
  ask(app.url, path, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', 'idempotency-key': `"rebuild-${keys++}"` },
  });
const report = async (): Promise<Report> => (await ask(app.url, '/v1/projections')).body as unknown as Report;
const atRest = async (): Promise<Report> => {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline;) {
    const found = await report();
    if (found.work === null) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the work on the views does not end');
};
const statesIn = ({ generations }: Report): readonly string[] => generations.map(({ state }) => state);

beforeAll(
  async () => {
    folder = aFolder();
    const shop = await openShop(folder);
    await letManyLive(shop, ORDERS);
    await shop.stop();
    app = await startApp(folder);
  },
  size(60_000, 3_600_000),
);
afterAll(cleanUp);

test(
  'killed at random points a rebuild ends as it would have without',
  async () => {
    const source = random(5);
    for (let kills = 0; kills < KILLS; kills++) {
      if ((await report()).work === null) expect((await post('/v1/projections')).status).toBe(202);
      await new Promise((resolve) => setTimeout(resolve, source.below(REBUILD_MS)));
      await app.kill();
      app = await startApp(folder);
    }
    await atRest();
    if (!statesIn(await report()).includes('kept')) await post('/v1/projections');
    const { generations } = await atRest();
    expect(generations.map(({ state }) => state)).toEqual(['live', 'kept']);
    await viewsAtHead(app);
    for (const { generation } of generations) {
      await post(`/v1/projections/${generation}:compare`);
      expect((await atRest()).last).toMatchObject({ result: 'equal', comparison: { differences: 0 } });
    }
  },
  PATIENCE_MS * 3,
);

test(
  'a list read through two swaps while orders come in has each order that was there once',
  async () => {
    const page = async (cursor: string | null): Promise<{ ids: string[]; next: string | null }> => {
      const more = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const { body } = await ask(app.url, `/v1/orders?limit=${size(10, 200)}${more}`);
      const { orders, next } = body as { orders: { orderId: string }[]; next: string | null };
      return { ids: orders.map(({ orderId }) => orderId), next };
    };
    const all = async (between: (pages: number) => Promise<void>): Promise<string[]> => {
      const ids: string[] = [];
      for (let cursor: string | null = null, pages = 0; pages === 0 || cursor !== null; pages++) {
        const found = await page(cursor);
        ids.push(...found.ids);
        cursor = found.next;
        await between(pages);
      }
      return ids;
    };
    const before = await all(async () => undefined);
    const seen = await all(async (pages) => {
      expect((await post('/v1/orders', anOrder(`late-${pages}`))).status).toBe(201);
      if (pages > 1) return;
      const live = (await report()).generations[0]!.generation;
      await post('/v1/projections');
      const isSwapped = async () => (await report()).generations[0]!.generation !== live;
      await until('the swap', isSwapped, PATIENCE_MS);
      await atRest();
    });
    expect(seen).toEqual(before);
  },
  PATIENCE_MS * 2,
);
