// A list that is read page by page while orders are placed: each order that was there when the reading began comes once.
// Where pages are counted in rows, as lists are often read, some come twice: the null control.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { PlaceOrderData } from '@orderloom/domain';
import { ensureTenant, openEmbedded, type Embedded } from '@orderloom/embedded';
import { commandRequest } from '@orderloom/engine';
import { createHttpServer, type HttpServer } from '@orderloom/http';
import { edgeOptions } from '@orderloom/nest';
import { ask } from '../example/ask.ts';

const ORDERS = process.env['ORDERLOOM_SIZE'] === 'full' ? 50_000 : 1_000;
const IN_FLIGHT = 32;
const PAGE = 200;
jest.setTimeout(600_000);

const folder = mkdtempSync(join(tmpdir(), 'orderloom-cursor-'));
const line = { lineId: '1', sku: 'TEA-500', quantity: 1, unitPrice: 100, discount: 0, tax: null, name: null };
const order = (n: number): PlaceOrderData => ({
  ...{ buyerId: `b-${n}`, merchantId: `m-${n % 7}`, lifecycle: null, currency: 'EUR', lines: [line] },
  ...{
    shipping: 0,
    fees: 0,
    discount: 0,
    total: 100,
    receiver: null,
    externalId: null,
    allowRepeat: false,
    fields: {},
  },
  ...{ paymentMethod: null, payBy: null },
});

let embedded: Embedded;
let server: HttpServer;
let placed = 0;

const place = async (): Promise<string> => {
  const stream = { tenant: 'main', type: 'order', key: '' };
  const n = placed++;
  const command = { stream, type: 'PlaceOrder', data: order(n), commandId: `place-${n}` };
  return (await embedded.engine.send(commandRequest(command))).stream.key;
};
const placeMany = async (orders: number): Promise<readonly string[]> => {
  const keys: string[] = [];
  const caller = async (): Promise<void> => {
    while (keys.length + IN_FLIGHT <= orders) keys.push(await place());
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, caller));
  await embedded.engine.settled();
  return keys;
};

/** Places orders until what is read has been read. */
const whilePlacing = async <T>(read: () => Promise<T>): Promise<T> => {
  let isOver = false;
  const placing = (async () => {
    while (!isOver) await place();
  })();
  try {
    return await read();
  } finally {
    isOver = true;
    await placing;
  }
};

type Page = { readonly orders: readonly { readonly orderId: string }[]; readonly next: string | null };
const pageOf = async (query: string): Promise<Page> => {
  const { status, body, text } = await ask(server.url(), `/v1/orders?${query}`);
  if (status !== 200) throw new Error(text);
  return body as unknown as Page;
};

const wholeList = async (query: string): Promise<readonly string[]> => {
  const seen: string[] = [];
  for (let cursor = ''; ;) {
    const { orders, next } = await pageOf(`${query}&limit=${PAGE}${cursor}`);
    seen.push(...orders.map(({ orderId }) => orderId));
    if (next === null) return seen;
    cursor = `&cursor=${next}`;
  }
};

/** How many came twice, and how many of those that were there did not come at all. */
const faultsIn = (seen: readonly string[], there: readonly string[]) => {
  const all = new Set(seen);
  return { twice: seen.length - all.size, missing: there.filter((key) => !all.has(key)).length };
};

describe('a list that is read while orders are placed', () => {
  let there: readonly string[] = [];
  beforeAll(async () => {
    embedded = await openEmbedded({ folder, durability: 'off' });
    await ensureTenant(embedded.engine, 'main');
    const { engine, registry, keyStore, precheck } = embedded;
    const build = { version: '0.0.0', profile: 'embedded', durability: 'off' };
    const log = { warn: () => undefined, error: () => undefined };
    server = await createHttpServer(edgeOptions({ engine, registry, keyStore, precheck, build, log }));
    await server.listen(0, '127.0.0.1');
    there = await placeMany(ORDERS);
  });
  afterAll(async () => {
    await server.close();
    await embedded.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each([
    ['by a filter', 'lifecycle=retail'],
    ['by a word that all have', 'q=tea'],
    ['by the beginning of a word', 'q=tea-5'],
    ['by a filter and a word', 'q=500&status=payment.awaiting,fulfilment.open'],
  ])('%s gives each order once', async (_, query) => {
    const seen = await whilePlacing(() => wholeList(query));
    expect(seen.length).toBeGreaterThanOrEqual(there.length);
    expect(faultsIn(seen, there)).toEqual({ twice: 0, missing: 0 });
  });

  test('null control: gives some twice where pages are counted in rows', async () => {
    const seen: string[] = [];
    for (let row = 0; row < 5 * PAGE; row += PAGE) {
      await place();
      await embedded.engine.settled();
      seen.push(...(await wholeList('lifecycle=retail')).slice(row, row + PAGE));
    }
    expect(faultsIn(seen, []).twice).toBeGreaterThan(0);
  });
});
