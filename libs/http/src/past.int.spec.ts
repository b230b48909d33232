// The past of an order over HTTP: what it was at a version or an instant, and why it cannot be told.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ask, type Answer, serveSmallShop, type SmallShop, writing } from './example/serve-small-shop.ts';
import { instantText } from './instant.ts';

let shop: SmallShop;
let path: string;
/** Instants of its two events. */
let [placedAt, paidAt] = [0, 0];

const get = (query: string): Promise<Answer> => ask(shop.url, `${path}?${query}`);
const at = (ms: number): string => `asOf=${instantText(ms)}`;

beforeAll(async () => {
  shop = await serveSmallShop();
  const order = { buyerId: 'ada', total: 100 };
  const placed = await ask(shop.url, '/v1/orders', { body: order, headers: writing('place') });
  path = `/v1/orders/${String(placed.body['orderId'])}`;
  const stream = { tenant: 'main', type: 'order', key: String(placed.body['orderId']) };
  await shop.engine.settled();
  const [first] = await shop.engine.history(stream, 0, 1);
  placedAt = first!.recordedAt;
  while (Date.now() === placedAt) await new Promise(setImmediate);
  const payment = { type: 'ConfirmPayment', data: { amount: 100 } };
  await ask(shop.url, `${path}/commands`, { body: payment, headers: writing('pay') });
  await shop.engine.settled();
  const [second] = await shop.engine.history(stream, 1, 1);
  paidAt = second!.recordedAt;
});
afterAll(() => shop.close());

describe('an order', () => {
  test.each<[string, () => string, number, string]>([
    ['at its first version', () => 'asOfVersion=1', 1, 'due'],
    ['at its last version', () => 'asOfVersion=2', 2, 'paid'],
    ['at the instant of its first event', () => at(placedAt), 1, 'due'],
    ['just before the second', () => at(paidAt - 1), 1, 'due'],
    ['at the instant of the second', () => at(paidAt), 2, 'paid'],
    ['at this moment', () => at(Date.now()), 2, 'paid'],
  ])('%s is what it was', async (_, query, version, payment) => {
    const { status, body, headers } = await get(query());
    expect([status, headers['etag']]).toEqual([200, `"${version}"`]);
    expect(body).toMatchObject({ version, payment });
    expect(headers).toMatchObject({ 'as-of-position': expect.any(String), 'lag-ms': expect.any(String) });
  });

  test('that the caller holds already is not sent again', async () => {
    const held = await ask(shop.url, `${path}?asOfVersion=1`, { headers: { 'if-none-match': '"1"' } });
    expect(held.status).toBe(304);
  });

  test('is the same at an instant, however often it is asked for', async () => {
    const answers = [await get(at(placedAt)), await get(at(placedAt))];
    expect(answers[0]!.text).toBe(answers[1]!.text);
  });
});

describe('the past is refused', () => {
  test.each<[string, () => string, number, string]>([
    ['before the order', () => at(placedAt - 1), 404, 'as-of-before'],
    ['in the future', () => at(Date.now() + 60_000), 422, 'as-of-ahead'],
    ['at a version that the order has not', () => 'asOfVersion=3', 404, 'as-of-beyond'],
    ['at version 0', () => 'asOfVersion=0', 400, 'invalid-query'],
    ['at version -1', () => 'asOfVersion=-1', 400, 'invalid-query'],
    ['at version 1.5', () => 'asOfVersion=1.5', 400, 'invalid-query'],
    ['at a version of 16 digits', () => `asOfVersion=${'9'.repeat(16)}`, 400, 'invalid-query'],
    ['at no version', () => 'asOfVersion=', 400, 'invalid-query'],
    ['at a day', () => 'asOf=2026-01-31', 400, 'invalid-query'],
    ['at an instant without zone', () => 'asOf=2026-01-31T12:00:00', 400, 'invalid-query'],
    ['on 30 February', () => 'asOf=2026-02-30T12:00:00Z', 400, 'invalid-query'],
    ['at a zone whose plus is a space', () => 'asOf=2026-01-31T12:00:00+01:00', 400, 'invalid-query'],
    ['at two instants', () => `${at(placedAt)}&${at(paidAt)}`, 400, 'invalid-query'],
    ['at a version and an instant', () => `${at(placedAt)}&asOfVersion=1`, 400, 'invalid-query'],
  ])('%s', async (_, query, status, code) => {
    const answer = await get(query());
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
  });

  test('of an order that is not there', async () => {
    const answer = await ask(shop.url, '/v1/orders/0000000000000000000zz?asOfVersion=1');
    expect([answer.status, answer.body['code']]).toEqual([404, 'unknown-stream']);
  });

  test('says which version is the last', async () => {
    expect(await get('asOfVersion=9')).toMatchObject({
      body: { currentVersion: 2 },
      headers: { etag: '"2"' },
    });
  });
});

test('an instant that the views do not show yet is not told', async () => {
  const { engine } = shop;
  const lagging = { ...engine, asOf: () => ({ ...engine.asOf(), lagMs: 3_600_000 }) };
  const behind = await serveSmallShop({ engine: lagging });
  const answer = await ask(behind.url, `${path}?${at(Date.now())}`);
  expect([answer.status, answer.body['code']]).toEqual([503, 'position-not-reached']);
  await behind.close();
});
