// Refunds to everybody at once, and the window that has them written twice: the same balances on SQLite and Elasticsearch.
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { ViewStore } from '@orderloom/engine';
import { obstacleTo, sharedServer } from '@orderloom/stack';
import { leftOut } from '@orderloom/testing';
import { ask, write } from '../example/ask.ts';
import { shopOnStores, type Feed, type ShopOnStores } from '../example/shop-on-stores.ts';

const obstacle = obstacleTo('elasticsearch');
if (obstacle !== undefined) leftOut('balances on a real Elasticsearch', obstacle);
jest.setTimeout(180_000);

const ORDERS = Array.from({ length: 60 }, (_, n) => n);
const MERCHANTS = ['m-0', 'm-1', 'm-2', 'm-3', 'm-4'];
const LEDGERS = ['/v1/ledger', ...MERCHANTS.map((merchant) => `/v1/ledger?merchant=${merchant}`)];
const PRICE = 1000;

let shop: ShopOnStores;

const placed = async (n: number): Promise<string> => {
  const lines = [{ lineId: '1', sku: 'MUG', quantity: 1, unitPrice: PRICE }];
  const merchantId = `m-${String(n % MERCHANTS.length)}`;
  const order = { buyerId: `b-${String(n)}`, merchantId, currency: 'EUR', total: PRICE, lines };
  const { body, text } = await ask(shop.sqlite, '/v1/orders', write(order));
  if (typeof body['orderId'] !== 'string') throw new Error(text);
  return body['orderId'];
};
const say = async (order: string, type: string, data: object): Promise<void> => {
  await ask(shop.sqlite, `/v1/orders/${order}/commands`, write({ type, data }));
};
const pay = (order: string, paymentId: string) =>
  say(order, 'ConfirmPayment', { paymentId, amount: PRICE, currency: 'EUR', provider: 'bank' });
const refund = (order: string, n: number) =>
  say(order, 'ConfirmRefund', {
    ...{ refundId: `refund-${String(n)}`, amount: PRICE, paymentId: null, provider: null },
  });

/** Every order is paid, every third one twice; all but every fourth are cancelled, and all that is due goes back at once, each told twice. */
beforeAll(async () => {
  shop = await shopOnStores();
  const orders = await Promise.all(ORDERS.map(placed));
  await Promise.all(orders.map((order) => pay(order, 'p-1')));
  await Promise.all(orders.filter((_, n) => n % 3 === 0).map((order) => pay(order, 'p-2')));
  const cancelled = orders.filter((_, n) => n % 4 !== 0);
  await Promise.all(cancelled.map((order) => say(order, 'CancelOrder', { reason: 'mind', lines: null })));
  await Promise.all(orders.flatMap((order) => [refund(order, 1), refund(order, 1), refund(order, 2)]));
  await shop.settled();
});
afterAll(() => shop.close());

const balancesAt = (url: string): Promise<readonly unknown[]> =>
  Promise.all(LEDGERS.map(async (path) => (await ask(url, path)).body));

/** The process ends when its documents are written and its checkpoint is not; whoever goes on writes all of them again. */
const writtenTwice =
  (again: (id: string) => string): Feed =>
  async (fold, store) => {
    const ends: ViewStore = {
      ...store,
      commit: async (batch) => {
        await store.commit({ ...batch, checkpoint: await store.checkpoint() });
        throw new Error('the process ends');
      },
    };
    await expect(fold(ends)).rejects.toThrow('the process ends');
    await fold({
      ...store,
      load: async () => new Map(),
      commit: (batch) =>
        store.commit({
          ...batch,
          writes: Array.from(batch.writes, (one) => ({ ...one, id: again(one.id) })),
        }),
    });
  };

test('what has not gone back is what was sold', async () => {
  const kept = String(ORDERS.filter((n) => n % 4 === 0).length * PRICE);
  const { body } = await ask(shop.sqlite, '/v1/ledger');
  expect(body).toEqual({ merchant: null, balances: { EUR: { provider: kept, revenue: `-${kept}` } } });
});

(obstacle === undefined ? describe : describe.skip)('Elasticsearch', () => {
  const urlAfter = async (feed: Feed): Promise<string> =>
    shop.elasticsearch((await sharedServer('elasticsearch')).urls, feed);

  test('19.1 has the balances of SQLite, where a window was written twice', async () => {
    const url = await urlAfter(writtenTwice((id) => id));
    expect(await balancesAt(url)).toEqual(await balancesAt(shop.sqlite));
  });

  test('19.1 null control: has others where what is written twice is another document', async () => {
    const url = await urlAfter(writtenTwice((id) => `${id}-again`));
    expect(await balancesAt(url)).not.toEqual(await balancesAt(shop.sqlite));
  });
});
