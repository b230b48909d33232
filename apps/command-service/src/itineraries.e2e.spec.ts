// Several orders over HTTP, together or not at all; the example of docs/reference/http.md among them.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { engineProcess, type EngineProcess } from '@orderloom/testing';
import { ask, eventsOf, write, type Answer } from './example/ask.ts';

const PROGRAM = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const PAGE = fileURLToPath(new URL('../../../docs/reference/http.md', import.meta.url));

let engine: EngineProcess;
beforeAll(async () => {
  engine = await engineProcess(PROGRAM);
});
afterAll(() => engine.stop());

/** The body that the page shows. */
const shown = (): { readonly legs: readonly object[] } => {
  const [, body = ''] = /POST \/v1\/itineraries\n[^{]*(\{.*?\n\})\n/s.exec(readFileSync(PAGE, 'utf8')) ?? [];
  return JSON.parse(body) as { readonly legs: readonly object[] };
};

const get = (path: string, position: unknown): Promise<Answer> =>
  ask(engine.url, path, { headers: { 'min-position': position as string } });

test('orders are placed together, and each is an order like others', async () => {
  const placed = await ask(engine.url, '/v1/itineraries', write(shown()));
  expect([placed.status, placed.body['result']]).toEqual([201, 'accepted']);
  const { body } = await get(String(placed.headers['location']), placed.body['position']);
  expect(body).toMatchObject({ itineraryId: placed.body['key'], status: { status: 'placed' } });
  const orders = body['orders'] as readonly string[];
  expect(orders).toHaveLength(shown().legs.length);
  for (const order of orders)
    expect((await get(`/v1/orders/${order}`, placed.body['position'])).body).toMatchObject({
      ...{ orderId: order, buyerId: 'ann', status: { payment: 'awaiting' } },
    });
});

test('none is placed where one cannot be, and the answer says which', async () => {
  const before = await eventsOf(engine.url);
  const { legs, ...rest } = shown();
  const wrong = { ...rest, legs: legs.map((leg, index) => (index === 1 ? { ...leg, total: 1 } : leg)) };
  const { status, body } = await ask(engine.url, '/v1/itineraries', write(wrong));
  expect([status, body['code']]).toEqual([422, 'total-mismatch']);
  expect(body['errors']).toMatchObject([{ pointer: '/legs/1/total' }]);
  expect(await eventsOf(engine.url)).toBe(before);
});
