// What orders wait for, as callers see it: on every store, in turn, and no more once it has arrived.
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { obstacleTo, sharedServer } from '@orderloom/stack';
import { leftOut } from '@orderloom/testing';
import { ask, write } from '../example/ask.ts';
import { shopOnStores, type ShopOnStores } from '../example/shop-on-stores.ts';

const obstacle = obstacleTo('elasticsearch');
if (obstacle !== undefined) leftOut('back-orders on a real Elasticsearch', obstacle);
jest.setTimeout(60_000);

let shop: ShopOnStores;
const orders: string[] = [];

const say = async (address: string, type: string, data: object): Promise<void> => {
  const { status, text } = await ask(shop.sqlite, `/v1/${address}/commands`, write({ type, data }));
  if (status !== 200 && status !== 201) throw new Error(text);
};
const place = async (sku: string): Promise<void> => {
  const lines = [{ lineId: '1', sku, quantity: 1, unitPrice: 500 }];
  const order = { buyerId: `b-${String(orders.length)}`, lifecycle: 'terms', currency: 'EUR', total: 500 };
  const { body, text } = await ask(shop.sqlite, '/v1/orders', write({ ...order, lines }));
  if (typeof body['orderId'] !== 'string') throw new Error(text);
  orders.push(body['orderId']);
};

type Waited = {
  readonly sku: string;
  readonly expectedAt: string | null;
  readonly backorders: readonly { readonly orderId: string }[];
};
const waited = async (url: string, query = '') => {
  const { body, text, status } = await ask(url, `/v1/backorders${query}`);
  if (status !== 200) throw new Error(text);
  return (body['stock'] as Waited[]).map(({ sku, expectedAt, backorders }) => [
    ...[sku, expectedAt],
    ...backorders.map(({ orderId }) => orders.indexOf(orderId)),
  ]);
};

beforeAll(async () => {
  shop = await shopOnStores();
  await say('tenants/main', 'SetPolicy', { stock: 'tracked' });
  const rule = { sku: '*', reserveAt: 'placing', locations: ['main'], whenShort: 'backorder' };
  await say('tenants/main', 'SetSourcing', rule);
  for (const sku of ['MUG', 'TEA', 'POT'])
    await say(`stock/${sku}@main`, 'ReceiveStock', { quantity: 1, reference: 'van-1' });
  for (const sku of ['MUG', 'MUG', 'TEA', 'MUG', 'TEA', 'POT']) await place(sku);
  await say('stock/TEA@main', 'ExpectStock', { at: 1_799_053_200_000 });
  await shop.settled();
});
afterAll(() => shop.close());

const ALL = [
  ['TEA', '2027-01-04T09:00:00.000Z', 4],
  ['MUG', null, 1, 3],
];

test('stock that orders wait for is listed, with those that do, in turn', async () => {
  expect(await waited(shop.sqlite)).toEqual(ALL);
  expect(await waited(await shop.memory())).toEqual(ALL);
  expect(await waited(shop.sqlite, '?limit=1')).toEqual(ALL.slice(0, 1));
});

(obstacle === undefined ? test : test.skip)(
  'the same is on Elasticsearch',
  async () => {
    expect(await waited(await shop.elasticsearch((await sharedServer('elasticsearch')).urls))).toEqual(ALL);
  },
  900_000,
);

test('who waits for long enough gets the money back', async () => {
  const rule = { sku: 'POT', reserveAt: 'placing', locations: ['main'], whenShort: 'backorder' };
  await say('tenants/main', 'SetSourcing', { ...rule, waitAtMostMs: 1 });
  await place('POT');
  const last = orders.at(-1) ?? '';
  const isGone = async (): Promise<boolean> => {
    const { body } = await ask(shop.sqlite, `/v1/orders/${last}`);
    return (body['status'] as { readonly fulfilment?: string } | undefined)?.fulfilment === 'cancelled';
  };
  while (!(await isGone())) await shop.settled();
  const { text } = await ask(shop.sqlite, `/v1/orders/${last}/events`);
  expect(text).toContain('backorder-expired');
});

test('what arrives is for whoever has waited longest', async () => {
  await say('stock/MUG@main', 'ReceiveStock', { quantity: 1, reference: 'van-2' });
  await say(`orders/${orders[4] ?? ''}`, 'CancelOrder', { reason: 'late' });
  await shop.settled();
  expect(await waited(shop.sqlite)).toEqual([['MUG', null, 3]]);
  const { body } = await ask(shop.sqlite, `/v1/orders/${orders[1] ?? ''}`);
  expect(body['lines']).toMatchObject([{ units: { reserved: 1, short: 0, asked: 0 } }]);
});
