// Orders that may travel in one parcel, as callers see them: on every store, page by page, and never a word of an address.
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { obstacleTo, sharedServer } from '@orderloom/stack';
import { leftOut } from '@orderloom/testing';
import { ask, write } from '../example/ask.ts';
import { shopOnStores, type ShopOnStores } from '../example/shop-on-stores.ts';

const obstacle = obstacleTo('elasticsearch');
if (obstacle !== undefined) leftOut('orders to merge on a real Elasticsearch', obstacle);
jest.setTimeout(60_000);

/** More than one page of the queue. */
const STRANGERS = 230;

let shop: ShopOnStores;
const names = new Map<string, string>();

const place = async (name: string, more: object): Promise<void> => {
  const lines = [{ lineId: '1', sku: 'MUG', quantity: 2, unitPrice: 500 }];
  const order = { buyerId: name, merchantId: 'm-1', lifecycle: 'terms', currency: 'EUR', total: 1000, lines };
  const { body, text } = await ask(shop.sqlite, '/v1/orders', write({ ...order, ...more }));
  if (typeof body['orderId'] !== 'string') throw new Error(text);
  names.set(body['orderId'], name);
};
const living = (name: string, line1: string) => ({
  receiver: { name, line1, city: 'Springfield', postalCode: '12345', country: 'US' },
});

type Merge = {
  readonly merchantId: string;
  readonly location: string | null;
  readonly orders: readonly { readonly orderId: string; readonly lines: readonly object[] }[];
};
const proposals = async (url: string, query = ''): Promise<readonly (readonly string[])[]> => {
  const { status, body, text } = await ask(url, `/v1/work/to-merge${query}`);
  if (status !== 200) throw new Error(text);
  return (body['merges'] as Merge[]).map(({ orders }) =>
    orders.map(({ orderId }) => names.get(orderId) ?? orderId),
  );
};

beforeAll(async () => {
  shop = await shopOnStores();
  await place('ann', living('Ann Lee', '1 Main Street'));
  await place('bob', living('Bob', '7 Elm'));
  for (let n = 0; n < STRANGERS; n++)
    await place(`stranger-${String(n)}`, living(`S ${String(n)}`, '1 Main Street'));
  await place('other', { merchantId: 'm-2', ...living('Ann Lee', '1 Main Street') });
  await place('ann-too', living('ANN LÉE', '1, main street'));
  await place('bob-too', living('Bob', '7 Elm'));
  await place('nobody', {});
  await shop.settled();
});
afterAll(() => shop.close());

describe('orders to merge', () => {
  const ALL = [
    ['ann', 'ann-too'],
    ['bob', 'bob-too'],
  ];

  test('are those of one person at one address, across pages of the queue, on SQLite and in memory', async () => {
    expect(await proposals(shop.sqlite)).toEqual(ALL);
    expect(await proposals(await shop.memory())).toEqual(ALL);
  });

  (obstacle === undefined ? test : test.skip)(
    'are the same on Elasticsearch',
    async () => {
      const { urls } = await sharedServer('elasticsearch');
      expect(await proposals(await shop.elasticsearch(urls))).toEqual(ALL);
    },
    900_000,
  );

  test('are narrowed by merchant and buyer', async () => {
    expect(await proposals(shop.sqlite, '?merchant=m-2')).toEqual([]);
    expect(await proposals(shop.sqlite, '?buyer=ann')).toEqual([]);
  });

  test('say what travels and since when it waits, and no word of who it is for', async () => {
    const { text, body } = await ask(shop.sqlite, '/v1/work/to-merge');
    expect((body['merges'] as Merge[])[0]).toMatchObject({
      ...{ merchantId: 'm-1', location: null },
      orders: [
        { lines: [{ lineId: '1', quantity: 2 }], fulfilmentId: null, claim: null, since: expect.any(String) },
        { buyerId: 'ann-too' },
      ],
    });
    expect(body).toMatchObject({ compared: STRANGERS + 6, next: null });
    expect(text).not.toMatch(/Lee|main street|springfield/i);
  });

  test.each([
    ['list=to-ship', 'invalid-query'],
    ['merchant=%20', 'invalid-query'],
    ['cursor=abc', 'invalid-cursor'],
  ])('are not asked for by %s', async (query, code) => {
    const { status, body } = await ask(shop.sqlite, `/v1/work/to-merge?${query}`);
    expect([status, body['code']]).toEqual([400, code]);
  });
});
