// Many commands in one request: each is answered as it would be alone, in the order given, whatever the others are.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  ask,
  serveSmallShop,
  type Answer,
  type Sent,
  type SmallShop,
  writing,
} from './example/serve-small-shop.ts';

let shop: SmallShop;
beforeAll(async () => {
  shop = await serveSmallShop();
});
afterAll(() => shop.close());

const BATCH = '/v1/commands:batch';
/** Stands in every body below where it may; must come out nowhere. */
const PLANTED = 'Ada-Planted-4471';
const CARD = '4111111111111111';

type Item = Readonly<Record<string, unknown>>;
type Result = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

let keys = 0;
const place = (buyerId: string, more: Item = {}): Item => ({
  type: 'PlaceOrder',
  data: { buyerId, total: 100 },
  idempotencyKey: `key-${++keys}`,
  ...more,
});
const toOrder = (key: unknown, type: string, data: object, more: Item = {}): Item => ({
  stream: { type: 'order', key },
  type,
  data,
  idempotencyKey: `key-${++keys}`,
  ...more,
});
const pay = (key: unknown, amount = 100, more: Item = {}): Item =>
  toOrder(key, 'ConfirmPayment', { amount }, more);
const cancel = (key: unknown): Item => toOrder(key, 'CancelOrder', { reason: 'changed' });

const post = (body: Sent['body'], headers: Record<string, string> = {}): Promise<Answer> =>
  ask(shop.url, BATCH, { body: body!, headers: { 'content-type': 'application/json', ...headers } });
const resultsOf = ({ body }: Answer): readonly Result[] => body['results'] as readonly Result[];
const send = async (...commands: readonly unknown[]): Promise<readonly Result[]> => {
  const answer = await post({ commands });
  expect(answer.status).toBe(200);
  return resultsOf(answer);
};
const placed = async (buyerId: string): Promise<unknown> => (await send(place(buyerId)))[0]?.body['orderId'];

describe('a batch', () => {
  test('answers each command as a request of its own, in the order given', async () => {
    const alone = await ask(shop.url, '/v1/orders', {
      body: { buyerId: 'alone', total: 100 },
      headers: writing('alone'),
    });
    const results = await send(
      place('first'),
      {
        stream: { type: 'stock', key: 'SKU@main' },
        type: 'ReceiveStock',
        data: { quantity: 1 },
        idempotencyKey: 'r',
      },
      place('third'),
    );
    expect(results.map(({ status }) => status)).toEqual([201, 200, 201]);
    expect(Object.keys(results[0]?.body ?? {})).toEqual(Object.keys(alone.body));
    expect(results[1]?.body).toMatchObject({ result: 'accepted', key: 'SKU@main', version: 1 });
    await shop.engine.settled();
    for (const [at, buyerId] of [
      [0, 'first'],
      [2, 'third'],
    ] as const) {
      const order = await ask(shop.url, `/v1/orders/${String(results[at]?.body['orderId'])}`);
      expect(order.body).toMatchObject({ buyerId });
    }
  });

  test('decides the commands of one stream in the order given', async () => {
    const order = await placed('in turns');
    const results = await send(pay(order, 1), cancel(order), pay(order));
    expect(results.map(({ status, body }) => [status, body['code'] ?? body['result']])).toEqual([
      [422, 'wrong-amount'],
      [200, 'accepted'],
      [409, 'order-closed'],
    ]);
  });

  test('knows a command again that it has itself', async () => {
    const twice = place('twice');
    const [first, second, other] = await send(twice, twice, {
      ...twice,
      data: { buyerId: 'twice', total: 7 },
    });
    expect([first?.status, second?.status, other?.status]).toEqual([201, 200, 422]);
    expect(second?.body).toMatchObject({ result: 'duplicate', orderId: first?.body['orderId'] });
    expect(other?.body['code']).toBe('idempotency-key-reused');
    const [again] = await send(twice);
    expect(again?.body).toMatchObject({ result: 'duplicate', orderId: first?.body['orderId'] });
  });

  test('that is sent again has one effect', async () => {
    const commands = [place('again-1'), place('again-2')];
    const [first, second] = [await send(...commands), await send(...commands)];
    expect(second.map(({ body }) => body['orderId'])).toEqual(first.map(({ body }) => body['orderId']));
    expect(second.map(({ body }) => body['result'])).toEqual(['duplicate', 'duplicate']);
  });

  test('expects versions, by number and as If-Match says it', async () => {
    const order = await placed('versions');
    const results = await send(
      pay(order, 100, { expectedVersion: 7 }),
      pay(order, 100, { ifMatch: '"9"' }),
      pay(order, 100, { ifMatch: '"1"' }),
      pay('0000000000000000000zz', 100, { ifMatch: '*' }),
    );
    expect(results.map(({ status }) => status)).toEqual([412, 412, 200, 412]);
    expect(results[0]?.body).toMatchObject({ code: 'version-conflict', currentVersion: 1 });
  });

  test('carries each envelope into its event', async () => {
    const [first] = await send(place('env', { actor: 'till-7', correlation: 'visit-1' }), place('env-2'));
    const stream = { tenant: 'main', type: 'order', key: String(first?.body['orderId']) };
    await shop.engine.settled();
    expect((await shop.engine.history(stream, 0, 1))[0]).toMatchObject({
      actor: 'till-7',
      correlation: 'visit-1',
    });
  });

  test('of 500 commands shares few appends', async () => {
    const before = shop.engine.figures();
    const results = await send(...Array.from({ length: 500 }, (_, at) => place(`many-${at}`)));
    expect(results.every(({ status }) => status === 201)).toBe(true);
    const after = shop.engine.figures();
    expect(after.events - before.events).toBe(500);
    expect(after.groups - before.groups).toBeLessThanOrEqual(2);
  });

  test('is of one tenant', async () => {
    const { body } = await post({ commands: [place('x')] }, { tenant: 'nobody' });
    expect((body['results'] as readonly Result[])[0]).toMatchObject({
      status: 404,
      body: { code: 'unknown-tenant' },
    });
  });
});

const bad: [string, number, string, string, unknown][] = [
  ['is no object', 422, 'invalid-command', '', PLANTED],
  ['is null', 422, 'invalid-command', '', null],
  ['is empty', 400, 'idempotency-key-required', '', {}],
  ['has no key', 400, 'idempotency-key-required', '', { type: 'PlaceOrder', data: {} }],
  [
    'has a key that is too long',
    422,
    'invalid-command',
    '/idempotencyKey',
    place('a', { idempotencyKey: 'x'.repeat(129) }),
  ],
  ['has a number for a key', 422, 'invalid-command', '/idempotencyKey', place('a', { idempotencyKey: 7 })],
  ['names no command', 422, 'invalid-command', '/type', { idempotencyKey: 'a', data: {} }],
  [
    'goes nowhere',
    422,
    'invalid-command',
    '/stream',
    { type: 'ConfirmPayment', data: { amount: 1 }, idempotencyKey: 'a' },
  ],
  ['goes to a text', 422, 'invalid-command', '/stream', { ...pay('x'), stream: 'order/x' }],
  [
    'goes to an unknown type',
    422,
    'invalid-command',
    '/stream/type',
    { ...pay('x'), stream: { type: 'cart', key: 'x' } },
  ],
  ['goes to a key with NUL', 422, 'invalid-command', '/stream/key', pay('a\0b')],
  ['goes to an empty key', 400, 'invalid-key', '', pay('')],
  ['goes to a card number', 400, 'invalid-key', '', pay(CARD)],
  ['goes to an unknown order', 404, 'unknown-stream', '', pay('nothing')],
  ['places an order at an order', 422, 'unknown-command', '/type', toOrder('x', 'PlaceOrder', {})],
  ['expects a version of a new order', 422, 'invalid-command', '', place('a', { expectedVersion: 0 })],
  ['has a number for If-Match', 422, 'invalid-command', '/ifMatch', pay('x', 1, { ifMatch: 1 })],
  ['has a weak If-Match', 400, 'invalid-header', '', pay('x', 1, { ifMatch: 'W/"1"' })],
  ['has an unknown member', 422, 'invalid-command', '', place('a', { note: PLANTED })],
  [
    'breaks its schema',
    422,
    'invalid-command',
    '/data/total',
    place('a', { data: { buyerId: PLANTED, total: -1 } }),
  ],
  ['has a lone surrogate', 422, 'invalid-command', '/data/buyerId', place('\ud800')],
  [
    'is nested too deep',
    422,
    'invalid-command',
    '',
    place('a', { data: JSON.parse(`${'{"a":'.repeat(40)}1${'}'.repeat(40)}`) }),
  ],
  ['has a card number as actor', 422, 'invalid-command', '/actor', place('a', { actor: CARD })],
];

describe('a command of a batch that', () => {
  test.each(bad)('%s is refused alone: %i %s', async (_, status, code, pointer, command) => {
    const answer = await post({ commands: [place('before'), command, place('after')] });
    const [before, refused, after] = resultsOf(answer);
    expect([before?.status, refused?.status, after?.status]).toEqual([201, status, 201]);
    expect(refused?.body).toMatchObject({
      ...{ type: `/problems/${code}`, code, status, instance: `${BATCH}#/commands/1` },
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    const pointers = ((refused?.body['errors'] ?? []) as { pointer: string }[]).map((error) => error.pointer);
    if (pointer !== '') expect(pointers).toContain(pointer);
    expect(answer.text).not.toMatch(/Planted|41111111| at .*\.[jt]s:/);
    expect(shop.lines.join()).not.toContain('Planted');
  });
});

const wrong: [string, number, string, Sent['body'] | undefined][] = [
  ['cut JSON', 400, 'malformed-json', '{"commands": ['],
  ['a list', 400, 'malformed-json', [place('a')]],
  ['no commands', 422, 'invalid-command', {}],
  ['no list of commands', 422, 'invalid-command', { commands: { 0: place('a') } }],
  ['an empty list', 422, 'invalid-command', { commands: [] }],
  ['501 commands', 422, 'invalid-command', { commands: Array.from({ length: 501 }, () => place('a')) }],
  ['more than commands', 422, 'invalid-command', { commands: [place('a')], atomic: true }],
  ['over 1 MiB', 413, 'body-too-large', { commands: [place('x'.repeat(1024 * 1024))] }],
];

describe('a batch is refused as a whole that has', () => {
  test.each(wrong)('%s: %i %s', async (_, status, code, body) => {
    const before = shop.head();
    const answer = await post(body);
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
    expect(shop.head()).toBe(before);
  });
});
