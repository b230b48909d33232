// A merchant's books, on every store that keeps them, and what the others say.
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { obstacleTo, sharedServer } from '@orderloom/stack';
import { leftOut } from '@orderloom/testing';
import { ask, write } from '../example/ask.ts';
import { shopOnStores, type ShopOnStores } from '../example/shop-on-stores.ts';

const obstacle = obstacleTo('elasticsearch');
if (obstacle !== undefined) leftOut('the ledger on a real Elasticsearch', obstacle);
jest.setTimeout(60_000);

type Entry = { readonly orderId: string; readonly type: string };

let shop: ShopOnStores;

const placed = async (buyerId: string, merchantId: string, currency = 'EUR'): Promise<string> => {
  const lines = [{ lineId: '1', sku: 'MUG', quantity: 2, unitPrice: 500 }];
  const order = { buyerId, merchantId, currency, total: 1000, lines };
  const { body, text } = await ask(shop.sqlite, '/v1/orders', write(order));
  if (typeof body['orderId'] !== 'string') throw new Error(text);
  return body['orderId'];
};
const done = async (order: string, type: string, data: object): Promise<void> => {
  const { status, text } = await ask(shop.sqlite, `/v1/orders/${order}/commands`, write({ type, data }));
  if (status !== 200) throw new Error(text);
};
const pay = (order: string, currency = 'EUR') =>
  done(order, 'ConfirmPayment', { paymentId: 'p-1', amount: 1000, currency, provider: 'bank' });

const entriesOf = async (url: string, query: string): Promise<readonly string[]> => {
  const types: string[] = [];
  for (let cursor: string | null = null, pages = 0; pages === 0 || cursor !== null; pages++) {
    const at = cursor === null ? '' : `&cursor=${cursor}`;
    const { body, text } = await ask(url, `/v1/ledger/entries?${query}${at}`);
    if (!Array.isArray(body['entries'])) throw new Error(text);
    types.push(...(body['entries'] as Entry[]).map(({ type }) => type));
    cursor = body['next'] as string | null;
  }
  return types;
};

beforeAll(async () => {
  shop = await shopOnStores();
  await placed('b-1', 'm-1');
  await pay(await placed('b-2', 'm-1'));
  const back = await placed('b-3', 'm-1');
  await pay(back);
  await done(back, 'CancelOrder', { reason: 'late', lines: null });
  await pay(await placed('b-4', 'm-2', 'USD'), 'USD');
  await shop.settled();
});
afterAll(() => shop.close());

const OF_ONE = { receivable: '1000', provider: '2000', revenue: '-2000', 'refunds-due': '-1000' };

test.each(['sqlite', 'memory'] as const)('balances of a merchant and of all, on %s', async (store) => {
  const url = store === 'sqlite' ? shop.sqlite : await shop.memory();
  const ofOne = await ask(url, '/v1/ledger?merchant=m-1');
  expect(ofOne.body).toEqual({ merchant: 'm-1', balances: { EUR: OF_ONE } });
  expect((await ask(url, '/v1/ledger')).body).toEqual({
    merchant: null,
    balances: { EUR: OF_ONE, USD: { provider: '1000', revenue: '-1000' } },
  });
});

/** Of the cancelled order, the paid one and the one that is neither; a cancellation behind the payment posts nothing itself. */
const ENTRIES = [
  ...['OrderPlaced', 'PaymentConfirmed', 'RefundDue'],
  ...['OrderPlaced', 'PaymentConfirmed', 'OrderPlaced'],
];

test('entries come order by order, the newest order first, page by page', async () => {
  expect(await entriesOf(shop.sqlite, 'merchant=m-1&limit=1')).toEqual(ENTRIES);
  expect(await entriesOf(shop.sqlite, 'merchant=m-9')).toEqual([]);
});

test('a merchant that is none, and a cursor of another ledger, are refused', async () => {
  const { body } = await ask(shop.sqlite, '/v1/ledger/entries?merchant=m-1&limit=1');
  const next = String(body['next']);
  const other = await ask(shop.sqlite, `/v1/ledger/entries?merchant=m-2&cursor=${next}`);
  expect([other.status, other.body['code']]).toEqual([400, 'invalid-cursor']);
  const none = await ask(shop.sqlite, '/v1/ledger?merchant=%20');
  expect([none.status, none.body['code']]).toEqual([400, 'invalid-query']);
});

(obstacle === undefined ? test : test.skip)(
  'Elasticsearch has the same entries and balances',
  async () => {
    const url = await shop.elasticsearch((await sharedServer('elasticsearch')).urls);
    expect(await entriesOf(url, 'merchant=m-1&limit=2')).toEqual(ENTRIES);
    for (const path of ['/v1/ledger', '/v1/ledger?merchant=m-1', '/v1/ledger?merchant=m-9'])
      expect((await ask(url, path)).body).toEqual((await ask(shop.sqlite, path)).body);
  },
  180_000,
);
