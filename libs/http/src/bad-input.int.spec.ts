// Bad input over HTTP: each its typed problem; nothing appended, nothing of the body in the answer or in a log line.
// What a schema refuses is shown by the small shop's own checks: here it counts how a violation is answered.
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ask, type Sent, serveSmallShop, type SmallShop, writing } from './example/serve-small-shop.ts';

let shop: SmallShop;
let order = '';
beforeAll(async () => {
  shop = await serveSmallShop();
  const placed = await ask(shop.url, '/v1/orders', {
    body: { buyerId: 'ada', total: 100 },
    headers: writing('first'),
  });
  order = `/v1/orders/${String(placed.body['orderId'])}`;
  await shop.engine.settled();
});
afterAll(() => shop.close());

/** Stands in every body below where it may; must come out nowhere. */
const PLANTED = 'Ada-Planted-4471';
const ok = { buyerId: PLANTED, total: 1 };
const write = (body: Sent['body'], more: Record<string, string> = {}): Sent =>
  ({ body, headers: writing(`bad-${Math.random()}`, more), method: 'POST' }) as Sent;
const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
const minutesAhead = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString();

const bodies: [string, number, string, Sent][] = [
  ['no body', 415, 'unsupported-media-type', { method: 'POST', headers: { 'idempotency-key': '"a"' } }],
  ['an empty body', 400, 'malformed-json', write('')],
  ['cut JSON', 400, 'malformed-json', write(`{"buyerId": "${PLANTED}`)],
  ['an array', 400, 'malformed-json', write([PLANTED])],
  ['a text', 400, 'malformed-json', write(JSON.stringify(PLANTED))],
  ['null', 400, 'malformed-json', write('null')],
  ['NaN', 400, 'malformed-json', write('{"total": NaN}')],
  ['a byte order mark', 400, 'malformed-json', write(`\ufeff${JSON.stringify(ok)}`)],
  [
    'bytes that are not UTF-8',
    400,
    'malformed-json',
    write(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])),
  ],
  [
    'UTF-16',
    415,
    'unsupported-media-type',
    write(ok, { 'content-type': 'application/json; charset=utf-16' }),
  ],
  [
    'a form',
    415,
    'unsupported-media-type',
    write('a=b', { 'content-type': 'application/x-www-form-urlencoded' }),
  ],
  ['plain text', 415, 'unsupported-media-type', write(JSON.stringify(ok), { 'content-type': 'text/plain' })],
  ['__proto__', 400, 'malformed-json', write(`{"__proto__": {"a": 1}, "buyerId": "${PLANTED}"}`)],
  ['constructor.prototype', 400, 'malformed-json', write('{"constructor": {"prototype": {"a": 1}}}')],
  ['over 1 MiB', 413, 'body-too-large', write({ ...ok, note: 'x'.repeat(1024 * 1024) })],
  ['10,000 levels', 422, 'invalid-command', write(nested(10_000))],
  ['NUL in a text', 422, 'invalid-command', write({ ...ok, buyerId: `${PLANTED}\0` })],
  ['a lone surrogate', 422, 'invalid-command', write(`{"buyerId": "\\ud800", "total": 1}`)],
  ['an unknown field', 422, 'invalid-command', write({ ...ok, nickname: PLANTED })],
  ['a wrong type', 422, 'invalid-command', write({ buyerId: PLANTED, total: '1' })],
  ['a negative amount', 422, 'invalid-command', write({ ...ok, total: -1 })],
  ['a fraction', 422, 'invalid-command', write({ ...ok, total: 1.5 })],
  ['2^53', 422, 'invalid-command', write({ ...ok, total: 2 ** 53 })],
  ['occurredAt six minutes ahead', 422, 'occurred-at-ahead', write({ ...ok, occurredAt: minutesAhead(6) })],
  ['occurredAt without a zone', 422, 'invalid-command', write({ ...ok, occurredAt: '2026-01-31T12:00:00' })],
  ['occurredAt as a number', 422, 'invalid-command', write({ ...ok, occurredAt: 1 })],
  ['an actor with a line break', 422, 'invalid-command', write({ ...ok, actor: `${PLANTED}\n` })],
  ['a card number beside the command', 422, 'invalid-command', write({ ...ok, actor: '4111111111111111' })],
];

const headers: [string, number, string, Record<string, string>][] = [
  ['an empty idempotency key', 400, 'invalid-header', { 'idempotency-key': '' }],
  ['an idempotency key of 129', 400, 'invalid-header', { 'idempotency-key': 'x'.repeat(129) }],
  ['an idempotency key that is not closed', 400, 'invalid-header', { 'idempotency-key': '"x' }],
  ['a headers block of 1 MB', 431, 'headers-too-large', { 'idempotency-key': 'x'.repeat(1_000_000) }],
  ['a weak If-Match', 400, 'invalid-header', { 'if-match': 'W/"1"' }],
  ['many tags in If-Match', 400, 'invalid-header', { 'if-match': '"1", "2"' }],
  ['a stale If-Match', 412, 'version-conflict', { 'if-match': '"7"' }],
  ['a tenant that cannot be', 400, 'invalid-header', { tenant: '../x' }],
  ['an unknown tenant', 404, 'unknown-tenant', { tenant: 'nobody' }],
  ['another host name', 421, 'wrong-host', { host: 'shop.example' }],
  ['another port in Host', 421, 'wrong-host', { host: '127.0.0.1:1' }],
  ['a foreign origin', 403, 'foreign-origin', { origin: 'https://shop.example' }],
  ['a cross-site request', 403, 'foreign-origin', { 'sec-fetch-site': 'cross-site' }],
];

const reads: [string, number, string, string][] = [
  ['an unknown route', 404, 'unknown-route', '/v2/orders'],
  ['an unknown collection', 404, 'unknown-route', '/v1/carts/1'],
  ['an unknown order', 404, 'unknown-stream', '/v1/orders/0000000000000000000zz'],
  ['a key that climbs', 404, 'unknown-stream', '/v1/orders/..%2F..%2Fetc'],
  ['a key with NUL', 400, 'invalid-key', '/v1/orders/a%00b'],
  ['a key with a line break', 400, 'invalid-key', '/v1/stock/a%0Ab/events'],
  ['a key of 1,000 characters', 400, 'invalid-key', `/v1/orders/${'x'.repeat(1000)}`],
  ['a broken escape', 400, 'invalid-key', '/v1/orders/%zz'],
  ['an emoji as key', 404, 'unknown-stream', '/v1/orders/%F0%9F%93%A6'],
  ['an unknown lifecycle', 404, 'unknown-lifecycle', '/v1/lifecycles/none'],
  ['limit 0', 400, 'invalid-query', '/v1/orders?limit=0'],
  ['limit 201', 400, 'invalid-query', '/v1/orders?limit=201'],
  ['limit 1e2', 400, 'invalid-query', '/v1/orders?limit=1e2'],
  ['two limits', 400, 'invalid-query', '/v1/orders?limit=1&limit=2'],
  ['an unknown parameter', 400, 'invalid-query', '/v1/orders?sort=total'],
  ['a status without region', 400, 'invalid-query', '/v1/orders?status=paid'],
  ['an injection in a filter', 400, 'invalid-query', "/v1/orders?status=x'%20OR%201=1--"],
  ['an altered cursor', 400, 'invalid-cursor', '/v1/orders?cursor=AAAAAAAAAAAAAAAAAAAAAAAA'],
  ['a status that is none among others', 400, 'invalid-query', '/v1/orders?status=payment.paid,x'],
  ['nine statuses', 400, 'invalid-query', `/v1/orders?status=${'payment.paid,'.repeat(8)}payment.due`],
  ['a quote that is not closed', 400, 'invalid-query', `/v1/orders?q=${PLANTED}%20%22x`],
  ['a search without a word', 400, 'invalid-query', '/v1/orders?q=%22%22'],
  ['an empty search', 400, 'invalid-query', '/v1/orders?q='],
  ['ten thousand words', 431, 'headers-too-large', `/v1/orders?q=${'a+'.repeat(10_000)}`],
  ['five hundred words', 400, 'invalid-query', `/v1/orders?q=${'a+'.repeat(500)}`],
  ['two searches', 400, 'invalid-query', '/v1/orders?q=a&q=b'],
  ['a day that is no instant', 400, 'invalid-query', '/v1/orders?from=2026-01-01'],
  ['30 February', 400, 'invalid-query', '/v1/orders?to=2026-02-30T00:00:00Z'],
  ['facets of buyers', 400, 'invalid-query', '/v1/orders?facets=status,buyer'],
  ['no facets', 400, 'invalid-query', '/v1/orders?facets='],
  ['the past', 501, 'not-available', '/v1/stock/x?asOfVersion=1'],
  ['work-lists', 501, 'not-available', '/v1/work?list=to-ship'],
  ['the stream of events', 501, 'not-available', '/v1/events?after=0'],
  ['generations of views', 501, 'not-available', '/v1/projections'],
  ['generations of the cache', 501, 'not-available', '/v1/projections?store=cache'],
  ['generations of another store', 400, 'invalid-query', '/v1/projections?store=disk'],
  ['what became of a command that never came', 404, 'unknown-stream', '/v1/commands/1'],
  ['what became of a command that cannot be', 400, 'invalid-key', '/v1/commands/%E2%82%AC'],
];

/** Checks a problem, and that nothing was appended and nothing leaked. */
const expectProblem = async (path: string, sent: Sent, status: number, code: string): Promise<void> => {
  const before = shop.head();
  const answer = await ask(shop.url, path, sent);
  expect([answer.status, answer.body['code']]).toEqual([status, code]);
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(answer.body).toMatchObject({
    type: `/problems/${code}`,
    status,
    traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
  expect(answer.text).not.toMatch(/Planted| at .*\.[jt]s:/);
  expect(shop.lines.join()).not.toContain('Planted');
  expect(shop.head()).toBe(before);
};

describe('a write is refused that', () => {
  test.each(bodies)('has %s: %i %s', async (_, status, code, sent) => {
    await expectProblem('/v1/orders', sent, status, code);
  });

  test.each(headers)('has %s: %i %s', async (_, status, code, said) => {
    const command = { type: 'ConfirmPayment', data: { amount: 100 } };
    await expectProblem(`${order}/commands`, write(command, said), status, code);
  });

  test.each([
    ['names no command', { data: {} }, 'invalid-command'],
    ['names an unknown command', { type: 'Explode' }, 'unknown-command'],
    ['names a member of every object', { type: 'constructor' }, 'unknown-command'],
    ['places an order at an order', { type: 'PlaceOrder', data: ok }, 'unknown-command'],
    [
      'has an unknown member',
      { type: 'ConfirmPayment', data: { amount: 1 }, note: PLANTED },
      'invalid-command',
    ],
    ['has null as data', { type: 'ConfirmPayment', data: null }, 'invalid-command'],
    [
      'expects half a version',
      { type: 'ConfirmPayment', data: { amount: 1 }, expectedVersion: 1.5 },
      'invalid-command',
    ],
  ])('%s', async (_, body, code) => {
    await expectProblem(`${order}/commands`, write(body), 422, code);
  });

  test('has no idempotency key', async () => {
    const sent = { body: ok, headers: { 'content-type': 'application/json' } };
    await expectProblem('/v1/orders', sent, 400, 'idempotency-key-required');
  });

  test('repeats a key with other content', async () => {
    const headersOfFirst = writing('first');
    await expectProblem(
      '/v1/orders',
      { body: { ...ok, buyerId: 'ada' }, headers: headersOfFirst },
      422,
      'idempotency-key-reused',
    );
  });

  test('goes to an address of a later version', async () => {
    for (const path of ['/v1/imports', '/v1/callbacks/acme', '/v1/parked/1:redrive'])
      await expectProblem(path, write({}), 501, 'not-available');
  });
});

describe('a read is refused that', () => {
  test.each(reads)('asks for %s: %i %s', async (_, status, code, path) => {
    await expectProblem(path, {}, status, code);
  });
});

describe('a connection', () => {
  const raw = (text: string, hangUp: boolean): Promise<string> =>
    new Promise((resolve) => {
      let answer = '';
      const socket = connect(Number(new URL(shop.url).port), '127.0.0.1', () => {
        socket.write(text);
        if (hangUp) socket.end();
      });
      socket.on('data', (chunk) => void (answer += chunk.toString()));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(answer));
    });

  test('that is not HTTP is answered with a problem', async () => {
    const answer = await raw('HELLO\r\n\r\n', false);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('"code":"malformed-request"');
  });

  test('cut in the middle of a body changes nothing and holds nothing open', async () => {
    const before = shop.head();
    const { host } = new URL(shop.url);
    const head = `POST /v1/orders HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nIdempotency-Key: k\r\n`;
    await raw(`${head}Content-Length: 1000\r\n\r\n{"buyerId": "${PLANTED}`, true);
    await raw(`${head}Transfer-Encoding: chunked\r\n\r\n10\r\n{"buyerId": "${PLANTED}`, true);
    expect(shop.head()).toBe(before);
    expect(shop.lines.join()).not.toContain('Planted');
    expect((await ask(shop.url, '/healthz')).status).toBe(200);
  });
});
