// What people type and what they find, on every store: the table is the promise, and the stores are not told apart.
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { obstacleTo, sharedServer } from '@orderloom/stack';
import { leftOut } from '@orderloom/testing';
import { ask } from '../example/ask.ts';
import { QUERY_TABLE } from './query-table.ts';
import { searchingShop, type SearchingShop } from './searching-shop.ts';

const obstacle = obstacleTo('elasticsearch');
if (obstacle !== undefined) leftOut('the table of queries on a real Elasticsearch', obstacle);
jest.setTimeout(60_000);

let shop: SearchingShop;
beforeAll(async () => {
  shop = await searchingShop();
});
afterAll(() => shop.close());

/** How an id may be written. */
const FORMS: Readonly<Record<string, (id: string) => string>> = {
  upper: (id) => id.toUpperCase(),
  aloud: (id) => id.replaceAll('0', 'O').replaceAll('1', 'l'),
  begin: (id) => id.slice(0, -1),
};

/** `ID third` and `ID upper third` stand for the id itself. */
const typed = (q: string): string => {
  const [mark, ...words] = q.split(' ');
  const id = shop.ids.get(words.at(-1) ?? '');
  if (mark !== 'ID' || id === undefined) return q;
  return words.length === 1 ? id : (FORMS[words[0] ?? '']?.(id) ?? q);
};

const found = async (url: string, query: string): Promise<readonly string[]> => {
  const { status, body, text } = await ask(url, `/v1/orders?${query}`);
  if (status !== 200) throw new Error(text);
  const names = new Map([...shop.ids].map(([name, id]) => [id, name]));
  return (body['orders'] as { orderId: string }[]).map(({ orderId }) => names.get(orderId) ?? orderId);
};

const everything = async (url: string): Promise<readonly (readonly string[])[]> => {
  const table: (readonly string[])[] = [];
  for (const [q] of QUERY_TABLE) table.push([q, ...(await found(url, `q=${encodeURIComponent(typed(q))}`))]);
  return table;
};

describe('the table of queries', () => {
  test('has sixty at least, no two alike', () => {
    expect(QUERY_TABLE.length).toBeGreaterThanOrEqual(60);
    expect(new Set(QUERY_TABLE.map(([q]) => q)).size).toBe(QUERY_TABLE.length);
  });

  test('holds on SQLite', async () => {
    expect(await everything(shop.sqlite)).toEqual(QUERY_TABLE);
  });

  test('holds in memory', async () => {
    expect(await everything(await shop.memory())).toEqual(QUERY_TABLE);
  });

  (obstacle === undefined ? test : test.skip)(
    'holds on Elasticsearch',
    async () => {
      const { urls } = await sharedServer('elasticsearch');
      expect(await everything(await shop.elasticsearch(urls))).toEqual(QUERY_TABLE);
    },
    900_000,
  );

  test('combines with filters and is counted', async () => {
    const narrow = (more: string) => found(shop.sqlite, `q=red&${more}`);
    expect(await narrow('status=payment.paid')).toEqual(['fifth']);
    expect(await narrow('status=payment.awaiting,fulfilment.open&merchant=m-east')).toEqual(['sixth']);
    expect(await narrow('buyer=b-1')).toEqual([]);
    const { body } = await ask(shop.sqlite, '/v1/orders?q=tea&facets=status,merchant');
    expect(body).toMatchObject({
      total: 2,
      facets: { merchant: { 'm-north': 2 }, status: { 'payment.paid': 2 } },
    });
  });
});
