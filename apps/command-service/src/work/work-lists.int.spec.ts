// What an operations floor is shown, on every store, and twenty operators who reach for the same order.
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { obstacleTo, sharedServer } from '@orderloom/stack';
import { leftOut } from '@orderloom/testing';
import { ask, write, type Answer } from '../example/ask.ts';
import { shopOnStores, type ShopOnStores } from '../example/shop-on-stores.ts';

const obstacle = obstacleTo('elasticsearch');
if (obstacle !== undefined) leftOut('lists of work on a real Elasticsearch', obstacle);
jest.setTimeout(60_000);

type Shown = { readonly orderId: string; readonly claim: { readonly by: string } | null };

let shop: ShopOnStores;
/** Name -> order id, and back. */
const ids = new Map<string, string>();
const names = new Map<string, string>();

const send = async (order: string, type: string, data: object, actor?: string): Promise<Answer> =>
  ask(shop.sqlite, `/v1/orders/${ids.get(order) ?? ''}/commands`, write({ type, data, actor }));
const done = async (...sent: Parameters<typeof send>): Promise<void> => {
  const { status, text } = await send(...sent);
  if (status !== 200) throw new Error(text);
};
const place = async (name: string, merchantId: string): Promise<void> => {
  const lines = [{ lineId: '1', sku: 'MUG', quantity: 2, unitPrice: 500 }];
  const order = { buyerId: name, merchantId, currency: 'EUR', total: 1000, lines };
  const { body, text } = await ask(shop.sqlite, '/v1/orders', write(order));
  if (typeof body['orderId'] !== 'string') throw new Error(text);
  ids.set(name, body['orderId']);
  names.set(body['orderId'], name);
};
const pay = (name: string) =>
  done(name, 'ConfirmPayment', { paymentId: `pay-${name}`, amount: 1000, currency: 'EUR', provider: 'bank' });

/** Placed and paid one after the other, each in another way. */
const live = async (): Promise<void> => {
  for (const [name, merchant] of [
    ...[
      ['oldest', 'm-1'],
      ['cancelled', 'm-1'],
      ['held', 'm-1'],
      ['unpaid', 'm-1'],
    ],
    ...[
      ['shipped', 'm-1'],
      ['youngest', 'm-2'],
    ],
  ] as const)
    await place(name, merchant);
  // Who pays first is served first.
  for (const name of ['oldest', 'cancelled', 'held', 'shipped', 'youngest']) await pay(name);
  await done('cancelled', 'CancelOrder', { reason: 'late', lines: null });
  await done('held', 'HoldOrder', { reason: 'address looks wrong' }, 'ann');
  await done('shipped', 'ShipLines', { parcelId: 'p-1', lines: [{ lineId: '1', quantity: 2 }] });
  await shop.settled();
};

const page = async (url: string, query: string): Promise<Answer> => ask(url, `/v1/work?${query}`);
const shownIn = async (query: string, url = shop.sqlite): Promise<readonly Shown[]> => {
  const { status, body, text } = await page(url, query);
  if (status !== 200) throw new Error(text);
  return body['orders'] as Shown[];
};
const listed = async (query: string, url = shop.sqlite): Promise<readonly string[]> =>
  (await shownIn(query, url)).map(({ orderId }) => names.get(orderId) ?? orderId);

/** A week ahead: everything that is unsent is at risk then. */
const WEEK = 'within=10080';
const LISTS: readonly (readonly [query: string, ...orders: string[]])[] = [
  ['list=to-ship', 'oldest', 'youngest'],
  ['list=to-ship&merchant=m-2', 'youngest'],
  ['list=to-ship&limit=1', 'oldest'],
  ['list=to-refund', 'cancelled'],
  ['list=to-refund&merchant=m-2'],
  ['list=at-risk', 'held', 'unpaid'],
  ['list=at-risk&within=0', 'held'],
  [`list=at-risk&${WEEK}`, 'held', 'unpaid', 'oldest', 'youngest'],
  [`list=at-risk&${WEEK}&merchant=m-2`, 'youngest'],
];
const everyList = async (url: string): Promise<readonly (readonly string[])[]> => {
  const lists: (readonly string[])[] = [];
  for (const [query] of LISTS) lists.push([query, ...(await listed(query, url))]);
  return lists;
};

beforeAll(async () => {
  shop = await shopOnStores();
  await live();
});
afterAll(() => shop.close());

describe('lists of work', () => {
  test('have what is to be done, the first thing first, on SQLite', async () => {
    expect(await everyList(shop.sqlite)).toEqual(LISTS);
  });

  test('have the same in memory', async () => {
    expect(await everyList(await shop.memory())).toEqual(LISTS);
  });

  (obstacle === undefined ? test : test.skip)(
    'have the same on Elasticsearch',
    async () => {
      const { urls } = await sharedServer('elasticsearch');
      expect(await everyList(await shop.elasticsearch(urls))).toEqual(LISTS);
    },
    900_000,
  );

  test('say since when, or what is due and why', async () => {
    const instant = expect.stringMatching(/^\d{4}-.*Z$/);
    expect(await shownIn('list=to-ship&limit=1')).toMatchObject([
      { orderId: ids.get('oldest'), merchantId: 'm-1', total: 1000, since: instant, claim: null },
    ]);
    expect(await shownIn('list=to-refund')).toMatchObject([
      { orderId: ids.get('cancelled'), since: instant },
    ]);
    expect(await shownIn(`list=at-risk&${WEEK}`)).toMatchObject(
      ['held', 'payment', 'dispatch', 'dispatch'].map((why) => ({ why, due: instant })),
    );
  });

  test('are counted, and read page by page', async () => {
    const { body } = await page(shop.sqlite, `list=at-risk&${WEEK}&facets=merchant&limit=3`);
    expect(body).toMatchObject({ total: 4, facets: { merchant: { 'm-1': 3, 'm-2': 1 } } });
    const next = String(body['next']);
    expect(await listed(`list=at-risk&${WEEK}&limit=3&cursor=${next}`)).toEqual(['youngest']);
    const other = await page(shop.sqlite, `list=at-risk&limit=3&cursor=${next}`);
    expect([other.status, other.body['code']]).toEqual([400, 'invalid-cursor']);
  });

  test.each([
    ['no list', ''],
    ['a list that there is not', 'list=to-eat'],
    ['a claim that there is not', 'list=to-ship&claim=yours'],
    ['the work of nobody', 'list=to-ship&claim=mine'],
    ['an actor whose work is not asked for', 'list=to-ship&actor=ann'],
    ['more than a week', 'list=at-risk&within=10081'],
    ['two lists', 'list=to-ship&list=to-refund'],
    ['words', 'list=to-ship&q=mug'],
    ['too long a page', 'list=to-ship&limit=201'],
  ])('are not asked for by %s', async (_, query) => {
    const { status, body } = await page(shop.sqlite, query);
    expect([status, body['code']]).toEqual([400, 'invalid-query']);
  });

  test('of another tenant are its own', async () => {
    const headers = { tenant: 'nowhere' };
    expect((await ask(shop.sqlite, '/v1/work?list=to-ship', { headers })).status).toBe(404);
  });
});

describe('an order that is to be shipped', () => {
  const OPERATORS = Array.from({ length: 20 }, (_, n) => `operator-${n}`);
  const claim = (actor: string) => send('oldest', 'ClaimWork', { list: 'to-ship', minutes: 30 }, actor);
  let winner = '';

  test('is one operator’s where twenty claim it at once; the others hear whose, and until when', async () => {
    const answers = await Promise.all(
      OPERATORS.map(async (actor) => ({ actor, answer: await claim(actor) })),
    );
    const [won, ...more] = answers.filter(({ answer }) => answer.status === 200);
    expect(more).toEqual([]);
    winner = won?.actor ?? '';
    const lost = answers.filter(({ actor }) => actor !== winner);
    for (const { answer } of lost)
      expect(answer.body).toMatchObject({
        status: 409,
        code: 'work-claimed',
        detail: expect.stringMatching(new RegExp(`^to-ship is claimed by ${winner} until \\d{4}-.*Z$`)),
        allowedCommands: expect.arrayContaining(['ClaimWork', 'ReleaseWork']),
      });
    expect(lost).toHaveLength(19);
  });

  test('is found by whose it is, on every store', async () => {
    await shop.settled();
    const urls = [shop.sqlite, await shop.memory()];
    if (obstacle === undefined)
      urls.push(await shop.elasticsearch((await sharedServer('elasticsearch')).urls));
    for (const url of urls) {
      expect(await listed('list=to-ship&claim=unclaimed', url)).toEqual(['youngest']);
      expect(await listed('list=to-ship&claim=claimed', url)).toEqual(['oldest']);
      expect(await listed(`list=to-ship&claim=mine&actor=${winner}`, url)).toEqual(['oldest']);
      expect(await listed('list=to-ship&claim=mine&actor=nobody', url)).toEqual([]);
      expect(await listed(`list=at-risk&claim=unclaimed&${WEEK}`, url)).toContain('oldest');
    }
    const [shown] = await shownIn('list=to-ship&claim=claimed');
    expect(shown?.claim?.by).toBe(winner);
  }, 900_000);

  test('is left to the others by whoever has it only', async () => {
    const release = (actor: string) => send('oldest', 'ReleaseWork', { list: 'to-ship' }, actor);
    expect((await release('nobody')).body['code']).toBe('work-claimed');
    expect((await release(winner)).status).toBe(200);
    await shop.settled();
    expect(await listed('list=to-ship&claim=unclaimed')).toEqual(['oldest', 'youngest']);
    expect((await claim('nobody')).status).toBe(200);
  });

  test('is claimed by somebody who is named', async () => {
    const { status, body } = await send('youngest', 'ClaimWork', { list: 'to-ship' });
    expect([status, body['code']]).toEqual([422, 'actor-required']);
  });
});
