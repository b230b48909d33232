// Bad input to a running engine, with its real schemas and rules: each its typed problem; nothing appended; nothing
// that the body said in the answer or in the process's output.
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { engineProcess, type EngineProcess } from '@orderloom/testing';
import { ask, eventsOf, type Sent, write } from './example/ask.ts';

const PROGRAM = fileURLToPath(new URL('../dist/main.js', import.meta.url));
/** Stands in every body below where it may; must come out nowhere. */
const PLANTED = 'Ada-Planted-4471';
const CARD = '4111 1111 1111 1111';

const line = { lineId: '1', sku: 'MUG', quantity: 2, unitPrice: 1000 };
const receiver = { name: PLANTED, phone: '+44 20 7946 4471', line1: `${PLANTED} Street`, country: 'GB' };
const order = { buyerId: PLANTED, currency: 'EUR', lines: [line], total: 2000, receiver, allowRepeat: true };

let engine: EngineProcess;
let placed = '';
beforeAll(async () => {
  engine = await engineProcess(PROGRAM);
  const said = (path: string, body: object) => ask(engine.url, path, write(body));
  const first = await ask(engine.url, '/v1/orders', write(order, { 'idempotency-key': '"first"' }));
  placed = `/v1/orders/${String(first.body['orderId'])}/commands`;
  await said('/v1/tenants/depot/commands', { type: 'CreateTenant', data: {} });
  await said('/v1/tenants/depot/commands', { type: 'SetPolicy', data: { stock: 'tracked' } });
});
afterAll(() => engine.stop());

/** What was planted, in any of its forms; long enough that no trace id has it by chance. */
const LEAK = /planted|4111.?1111|7946.?4471/i;

/** Sends it, and checks everything that is the same for all bad input. */
const expectProblem = async (path: string, sent: Sent, status: number, code: string): Promise<void> => {
  const before = await eventsOf(engine.url);
  const answer = await ask(engine.url, path, sent);
  expect([answer.status, answer.body['code']]).toEqual([status, code]);
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(answer.body).toMatchObject({ type: `/problems/${code}`, status, title: expect.any(String) });
  expect(answer.text).not.toMatch(LEAK);
  expect(answer.text).not.toMatch(/ at .*\.[jt]s:/);
  expect(engine.said()).not.toMatch(LEAK);
  expect(await eventsOf(engine.url)).toBe(before);
};

const withLine = (more: object): object => ({ ...order, lines: [{ ...line, ...more }] });
const lines = (count: number, unitPrice: number): object[] =>
  Array.from({ length: count }, (_, index) => ({ ...line, lineId: String(index), quantity: 1, unitPrice }));
const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
const minutesAhead = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString();
const raw = (from: string, to: string): string => JSON.stringify(order).replace(from, to);

const placements: [string, number, string, string | object][] = [
  ['is cut', 400, 'malformed-json', JSON.stringify(order).slice(0, -1)],
  ['is an array', 400, 'malformed-json', [order]],
  ['has __proto__', 400, 'malformed-json', raw('{', `{"__proto__": {"admin": "${PLANTED}"},`)],
  ['has constructor.prototype', 400, 'malformed-json', raw('{', '{"constructor": {"prototype": {"a": 1}},')],
  ['has NaN', 400, 'malformed-json', raw('1000', 'NaN')],
  ['is over 1 MiB', 413, 'body-too-large', { ...order, externalId: PLANTED.repeat(70_000) }],
  ['is nested 17 levels deep', 422, 'invalid-command', nested(17)],
  ['is nested 10,000 levels deep', 422, 'invalid-command', nested(10_000)],
  ['is empty', 422, 'invalid-command', {}],
  ['has an unknown field', 422, 'invalid-command', { ...order, nickname: PLANTED }],
  ['has a field with a telling name', 422, 'invalid-command', { ...order, [PLANTED]: 1 }],
  ['has an unknown field in a line', 422, 'invalid-command', withLine({ note: PLANTED })],
  ['has an unknown field in the receiver', 422, 'invalid-command', { ...order, receiver: { nick: PLANTED } }],
  ['has a text for a number', 422, 'invalid-command', { ...order, total: PLANTED }],
  ['has a number for a text', 422, 'invalid-command', { ...order, buyerId: 4471 }],
  ['has null for a list', 422, 'invalid-command', { ...order, lines: null }],
  ['has a negative quantity', 422, 'invalid-command', withLine({ quantity: -1 })],
  ['has a fractional quantity', 422, 'invalid-command', withLine({ quantity: 1.5 })],
  ['has quantity 0', 422, 'invalid-command', withLine({ quantity: 0 })],
  ['has more units than a line may have', 422, 'invalid-command', withLine({ quantity: 1_000_001 })],
  ['has a negative price', 422, 'invalid-command', withLine({ unitPrice: -1 })],
  ['has half a cent', 422, 'invalid-command', withLine({ unitPrice: 0.5 })],
  ['has an amount of 2^53', 422, 'invalid-command', { ...order, total: 2 ** 53 }],
  ['has an amount of 1e300', 422, 'invalid-command', raw('2000', '1e300')],
  ['has an amount beyond doubles', 422, 'invalid-command', raw('2000', '1e400')],
  [
    'adds up beyond 2^53',
    422,
    'amount-too-large',
    { ...order, lines: lines(3, 4e15), total: 9_007_199_254_740_990 },
  ],
  ['has no lines', 422, 'invalid-command', { ...order, lines: [] }],
  ['has 501 lines', 422, 'invalid-command', { ...order, lines: lines(501, 1), total: 501 }],
  ['names a line twice', 422, 'invalid-command', { ...order, lines: [line, line], total: 4000 }],
  ['has a lower-case currency', 422, 'invalid-command', { ...order, currency: 'eur' }],
  ['has an unknown currency', 422, 'unknown-currency', { ...order, currency: 'XQZ' }],
  ['does not add up', 422, 'total-mismatch', { ...order, total: 2001 }],
  ['takes more off a line than it costs', 422, 'discount-too-large', withLine({ discount: 2001 })],
  ['takes more off than it costs', 422, 'discount-too-large', { ...order, discount: 2001, total: 0 }],
  [
    'includes more tax than it costs',
    422,
    'tax-too-large',
    withLine({ tax: { rateBasisPoints: 1900, amount: 2001, included: true } }),
  ],
  ['follows an unknown lifecycle', 422, 'unknown-lifecycle', { ...order, lifecycle: 'subscription' }],
  ['has a control character in an id', 422, 'invalid-command', withLine({ lineId: 'a\u0007b' })],
  ['has a tab in a sku', 422, 'invalid-command', withLine({ sku: 'MUG\tRED' })],
  ['has NUL in a name', 422, 'invalid-command', { ...order, receiver: { name: `${PLANTED}\0` } }],
  ['has a lone surrogate', 422, 'invalid-command', raw(PLANTED, '\\ud800')],
  ['has an id of 129 characters', 422, 'invalid-command', { ...order, buyerId: 'x'.repeat(129) }],
  ['has a country with three letters', 422, 'invalid-command', { ...order, receiver: { country: 'GBR' } }],
  ['has a card number as buyer', 422, 'invalid-command', { ...order, buyerId: CARD.replaceAll(' ', '-') }],
  ['has a card number in the name', 422, 'invalid-command', { ...order, receiver: { name: `Ada ${CARD}` } }],
  ['has a card number as a field', 422, 'invalid-command', { ...order, [CARD]: true }],
  ['has a card number in an unknown field', 422, 'invalid-command', { ...order, card: { number: CARD } }],
  ['has a card number as amount', 422, 'invalid-command', { ...order, total: 4_111_111_111_111_111 }],
  ['has a card number as actor', 422, 'invalid-command', { ...order, actor: CARD }],
  ['happened six minutes from now', 422, 'occurred-at-ahead', { ...order, occurredAt: minutesAhead(6) }],
  ['happened at no instant', 422, 'invalid-command', { ...order, occurredAt: '2026-02-30T12:00:00Z' }],
  ['says its own version', 422, 'invalid-command', { ...order, expectedVersion: 0 }],
];

describe('an order is not placed that', () => {
  test.each(placements)('%s: %i %s', async (_, status, code, body) => {
    await expectProblem('/v1/orders', write(body), status, code);
  });

  test('is of a sku that its location never received, where stock is tracked', async () => {
    await expectProblem('/v1/orders', write(order, { tenant: 'depot' }), 422, 'unknown-sku');
  });

  test('repeats a key with other content', async () => {
    const again = write({ ...order, externalId: PLANTED }, { 'idempotency-key': '"first"' });
    await expectProblem('/v1/orders', again, 422, 'idempotency-key-reused');
  });
});

const headers: [string, number, string, Record<string, string>][] = [
  ['has a tab in its key', 400, 'invalid-header', { 'idempotency-key': '"a\tb"' }],
  ['has an empty key', 400, 'invalid-header', { 'idempotency-key': '""' }],
  ['has a tag that is no version', 400, 'invalid-header', { 'if-match': `"${PLANTED}"` }],
  ['expects another version', 412, 'version-conflict', { 'if-match': '"7"' }],
  ['is of an unknown tenant', 404, 'unknown-tenant', { tenant: PLANTED }],
  ['is about an order of another tenant', 404, 'unknown-order', { tenant: 'depot' }],
  ['is text', 415, 'unsupported-media-type', { 'content-type': 'text/plain' }],
  ['is a form', 415, 'unsupported-media-type', { 'content-type': 'application/x-www-form-urlencoded' }],
  ['is in UTF-16', 415, 'unsupported-media-type', { 'content-type': 'application/json; charset=utf-16' }],
  ['comes under another name', 421, 'wrong-host', { host: 'shop.example' }],
  ['comes from another page', 403, 'foreign-origin', { origin: 'https://shop.example' }],
  ['comes from another site', 403, 'foreign-origin', { 'sec-fetch-site': 'cross-site' }],
  ['comes from a sandboxed page', 403, 'foreign-origin', { origin: 'null' }],
];

const payment = { paymentId: 'p-1', amount: 2000, currency: 'EUR', provider: 'bank' };
const commands: [string, number, string, object][] = [
  ['has no type', 422, 'invalid-command', { data: payment }],
  ['is of no known type', 422, 'unknown-command', { type: PLANTED, data: payment }],
  ['may come from inside only', 422, 'unknown-command', { type: 'TimeOutPayment', data: {} }],
  ['has an unknown member', 422, 'invalid-command', { type: 'ConfirmPayment', data: payment, note: PLANTED }],
  ['has no data', 422, 'invalid-command', { type: 'ConfirmPayment' }],
  ['pays too little', 422, 'amount-mismatch', { type: 'ConfirmPayment', data: { ...payment, amount: 1999 } }],
  [
    'pays in another currency',
    422,
    'currency-mismatch',
    { type: 'ConfirmPayment', data: { ...payment, currency: 'USD' } },
  ],
  [
    'cancels an unknown line',
    422,
    'unknown-line',
    { type: 'CancelOrder', data: { reason: PLANTED, lines: [{ lineId: '2', quantity: 1 }] } },
  ],
  [
    'cancels more than there is',
    422,
    'quantity-exceeded',
    { type: 'CancelOrder', data: { reason: PLANTED, lines: [{ lineId: '1', quantity: 3 }] } },
  ],
  [
    'comes too early',
    409,
    'not-allowed-now',
    { type: 'RequestReturn', data: { reason: PLANTED, lines: [{ lineId: '1', quantity: 1 }] } },
  ],
  [
    'expects another version in its body',
    412,
    'version-conflict',
    { type: 'ConfirmPayment', data: payment, expectedVersion: 3 },
  ],
];

describe('a command is refused that', () => {
  test.each(headers)('%s: %i %s', async (_, status, code, said) => {
    const command = { type: 'CancelOrder', data: { reason: PLANTED } };
    await expectProblem(placed, write(command, said), status, code);
  });

  test.each(commands)('%s: %i %s', async (_, status, code, body) => {
    await expectProblem(placed, write(body), status, code);
  });

  test.each([
    ['an unknown order', '/v1/orders/d218cw8dvxj5wjcpj0k45/commands', 404, 'unknown-order'],
    ['an order that cannot be', '/v1/orders/nothing/commands', 404, 'unknown-stream'],
    ['a key with a tab', '/v1/orders/a%09b/commands', 400, 'invalid-key'],
    ['a key with NUL', '/v1/orders/a%00b/commands', 400, 'invalid-key'],
    ['a card number', '/v1/buyers/4111111111111111/commands', 400, 'invalid-key'],
    ['a kind of thing that is not there', '/v1/carts/1/commands', 404, 'unknown-route'],
  ])('goes to %s: %s %i %s', async (_, path, status, code) => {
    const before = await eventsOf(engine.url);
    const answer = await ask(engine.url, path, write({ type: 'CancelOrder', data: { reason: PLANTED } }));
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
    expect(answer.text).not.toMatch(/planted/i);
    expect(await eventsOf(engine.url)).toBe(before);
  });

  test('has no key', async () => {
    const sent = { body: order, headers: { 'content-type': 'application/json' } };
    await expectProblem('/v1/orders', sent, 400, 'idempotency-key-required');
  });
});

test('after all that the engine takes an order as before', async () => {
  const answer = await ask(engine.url, '/v1/orders', write({ ...order, buyerId: 'somebody' }));
  expect(answer.status).toBe(201);
  expect((await ask(engine.url, '/readyz')).status).toBe(200);
});
