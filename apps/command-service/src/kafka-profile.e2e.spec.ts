// The same service on real topics and a real registry: one process that is everything, and edge and processors apart.
import { randomUUID } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { keyOf, signedHeaders } from '@orderloom/effects';
import { applyTopics, kafkaJs } from '@orderloom/kafka';
import { publishSchemas } from '@orderloom/schema-registry';
import { fillingRegistry, obstacleTo, sharedServer } from '@orderloom/stack';
import { leftOut, until } from '@orderloom/testing';
import { describeSchema, schemaHistory } from '@orderloom/wire';

const obstacle = obstacleTo('kafka') ?? obstacleTo('schema-registry') ?? obstacleTo('elasticsearch');
if (obstacle !== undefined) leftOut('the kafka profile of the command service', obstacle);
const here = obstacle === undefined ? describe : describe.skip;
jest.setTimeout(180_000);

const PROGRAM = join(import.meta.dirname, '../dist/main.js');
const PROJECTOR = join(import.meta.dirname, '../../projector-search/dist/main.js');
const PARTITIONS = 4;
const ORDER = {
  ...{ buyerId: 'b-1', merchantId: 'm-1', currency: 'EUR', total: 2_498 },
  lines: [{ lineId: '1', sku: 'MUG', quantity: 2, unitPrice: 1_249 }],
};
const PAYMENT = { paymentId: 'p-1', amount: 2_498, currency: 'EUR', provider: 'bank' };

type Service = { readonly url: string; readonly end: () => Promise<unknown> };
type Told = { readonly data: object };
type Answer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

here('the command service on Kafka', () => {
  let servers: Readonly<Record<string, string>> = {};
  let brokers: readonly string[] = [];
  const children = new Set<ChildProcess>();
  const folders: string[] = [];

  beforeAll(async () => {
    brokers = (await sharedServer('kafka')).urls;
    const [registry = ''] = (await sharedServer('schema-registry')).urls;
    await fillingRegistry(() =>
      publishSchemas({ url: registry, schemas: schemaHistory(), describe: describeSchema }),
    );
    servers = {
      ORDERLOOM_PROFILE: 'kafka',
      ORDERLOOM_KAFKA_BROKERS: brokers.join(','),
      ORDERLOOM_KAFKA_PARTITIONS: String(PARTITIONS),
      ORDERLOOM_SCHEMA_REGISTRY_URL: registry,
    };
  }, 1_200_000);
  afterEach(async () => {
    for (const child of children) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  const freshTopics = async (): Promise<string> => {
    const prefix = `t-${randomUUID().slice(0, 8)}`;
    await applyTopics(kafkaJs({ brokers, clientId: 'spec' }), {
      ...{ partitions: PARTITIONS, prefix },
      durability: 'dev',
    });
    return prefix;
  };

  const start = (
    prefix: string,
    roles: string,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Service> => {
    const folder = mkdtempSync(join(tmpdir(), 'orderloom-kafka-'));
    folders.push(folder);
    const args = [PROGRAM, '--data', folder, '--port', '0', '--roles', roles];
    return started(args, { ORDERLOOM_KAFKA_PREFIX: prefix, ...more });
  };

  const started = async (
    args: readonly string[],
    more: Readonly<Record<string, string>>,
  ): Promise<Service> => {
    const child = spawn(process.execPath, args, {
      env: { ...process.env, ...servers, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.add(child);
    const ended = once(child, 'exit').then(() => children.delete(child));
    let said = '';
    const url = await new Promise<string>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (chunk: string) => {
          said += chunk;
          const [, found] = /^Orderloom (?:serves (http\S+)|decides|projects)/m.exec(said) ?? [];
          if (/^Orderloom (serves|decides|projects).*$/m.test(said)) resolve(found ?? '');
        });
      void ended.then(() => reject(new Error(said)));
    });
    return {
      url,
      end: () => {
        child.kill('SIGTERM');
        return ended;
      },
    };
  };

  const post = async (url: string, path: string, key: string, body: object): Promise<Answer> => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': `"${key}"` };
    const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    return { status: answer.status, body: (await answer.json()) as Answer['body'] };
  };

  /**
   * Posts until it is decided: on a busy machine the first answer may be that it is kept. What is answered later under
   * the same key is a duplicate of itself; it is given as it would have been in time.
   */
  const decided = async (url: string, path: string, key: string, body: object): Promise<Answer> => {
    const first = await post(url, path, key, body);
    if (first.status !== 202) return first;
    const later = await until('it to be decided', async () => {
      const again = await post(url, path, key, body);
      return again.status !== 202 && again;
    });
    if (later.body['result'] !== 'duplicate') return later;
    const status = path === '/v1/orders' ? 201 : 200;
    return { status, body: { ...later.body, result: 'accepted' } };
  };
  /** Until every partition has decided something. */
  const untilOpen = (url: string): Promise<unknown> =>
    Promise.all(
      Array.from({ length: 4 * PARTITIONS }, (_, at) =>
        decided(url, '/v1/orders', `opening-${at}`, { ...ORDER, buyerId: `opening-${at}` }),
      ),
    );

  /** What an address answers once the views show it: a document at once, a history after the next refresh. */
  const shown = async (address: string): Promise<unknown> => {
    for (;;) {
      const answer = await fetch(address);
      if (answer.status === 200) return answer.json();
      await pause(100);
    }
  };

  test('takes an order through its topics, answers a repeated key, refuses, and names what it cannot do yet', async () => {
    const { url } = await start(await freshTopics(), 'http,commands');
    const placed = await decided(url, '/v1/orders', 'cart-1', ORDER);
    expect(placed).toMatchObject({ status: 201, body: { result: 'accepted', version: 1 } });
    expect(placed.body['status']).toMatchObject({ payment: 'awaiting' });
    expect(await post(url, '/v1/orders', 'cart-1', ORDER)).toMatchObject({
      status: 200,
      body: { result: 'duplicate' },
    });
    const order = `/v1/orders/${String(placed.body['orderId'])}`;
    const pay = (key: string, data: object) =>
      decided(url, `${order}/commands`, key, { type: 'ConfirmPayment', data });
    expect((await pay('pay-0', { ...PAYMENT, amount: 1 })).status).toBe(422);
    expect(await pay('pay-1', PAYMENT)).toMatchObject({ status: 200, body: { status: { payment: 'paid' } } });
    expect((await pay('pay-2', PAYMENT)).status).toBe(409);
    const paid = await fetch(`${url}/v1/commands/pay-1`);
    expect(await paid.json()).toMatchObject({ results: [{ result: 'accepted', version: 2 }] });
    expect((await fetch(`${url}/v1/commands/pay-2`)).status).toBe(404);
    expect((await fetch(url + order)).status).toBe(501);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  test('takes a batch over all partitions: one result each, in order, and each stream in its order', async () => {
    const { url } = await start(await freshTopics(), 'http,commands');
    await untilOpen(url);
    const batch = async (...commands: object[]): Promise<readonly Answer[]> => {
      const answer = await post(url, '/v1/commands:batch', 'batch', { commands });
      expect(answer.status).toBe(200);
      return answer.body['results'] as readonly Answer[];
    };
    const placing = (at: number) => ({
      ...{ type: 'PlaceOrder', data: { ...ORDER, buyerId: `b-${at}` }, idempotencyKey: `cart-${at}` },
    });
    const carts = Array.from({ length: 40 }, (_, at) => placing(at));
    const placed = await batch(...carts, placing(7), { ...placing(41), data: { ...ORDER, total: 1 } });
    expect(placed.map(({ status }) => status)).toEqual([...carts.map(() => 201), 200, 422]);
    const ids = placed.map(({ body }) => body['orderId']);
    expect([new Set(ids.slice(0, 40)).size, ids[40]]).toEqual([40, ids[7]]);
    const toOrder = (at: number, type: string, data: object) => ({
      ...{ stream: { type: 'order', key: ids[at] }, type, data, idempotencyKey: `${type}-${at}` },
    });
    const paidAndCancelled = ids
      .slice(0, 40)
      .flatMap((_, at) => [
        toOrder(at, 'ConfirmPayment', PAYMENT),
        toOrder(at, 'CancelOrder', { reason: 'changed my mind' }),
      ]);
    const results = await batch(...paidAndCancelled);
    expect(results.map(({ body }) => [body['orderId'], body['version']])).toEqual(
      ids.slice(0, 40).flatMap((id) => [
        [id, 2],
        [id, 4],
      ]),
    );
  });

  test('with edge and processors apart keeps a command that nobody decides yet, and answers it under the same key', async () => {
    const prefix = await freshTopics();
    const processors = await start(prefix, 'commands');
    const { url } = await start(prefix, 'http');
    expect((await decided(url, '/v1/orders', 'cart-1', ORDER)).status).toBe(201);
    await processors.end();
    const pending = await post(url, '/v1/orders', 'cart-2', { ...ORDER, buyerId: 'b-2' });
    expect(pending).toMatchObject({ status: 202, body: { result: 'pending', commandId: 'cart-2' } });
    await start(prefix, 'commands');
    const [once, twice] = [
      await decided(url, '/v1/orders', 'cart-2', { ...ORDER, buyerId: 'b-2' }),
      await post(url, '/v1/orders', 'cart-2', { ...ORDER, buyerId: 'b-2' }),
    ];
    expect(once.body).toMatchObject({ version: 1 });
    expect(twice).toMatchObject({
      status: 200,
      body: { result: 'duplicate', orderId: once.body['orderId'] },
    });
  });

  test('shows documents and histories where a projector writes them', async () => {
    const [search = ''] = (await sharedServer('elasticsearch')).urls;
    const prefix = await freshTopics();
    const env = { ORDERLOOM_ELASTICSEARCH_NODES: search };
    await started([PROJECTOR], { ORDERLOOM_KAFKA_PREFIX: prefix, PORT: '0', ...env });
    const { url } = await start(prefix, 'http,commands', env);
    const placed = await decided(url, '/v1/orders', 'cart-1', { ...ORDER, externalId: 'shop:1' });
    const order = `${url}/v1/orders/${String(placed.body['orderId'])}`;
    expect(await shown(order)).toMatchObject({ version: 1, status: { payment: 'awaiting' } });
    const position = String(placed.body['position']);
    const named = await fetch(`${url}/v1/orders/ext:shop:1`, {
      headers: { 'min-position': position, prefer: 'wait=10' },
    });
    expect(await named.json()).toMatchObject({ orderId: placed.body['orderId'], version: 1 });
    const edge = await start(prefix, 'http', env);
    expect((await fetch(`${edge.url}/v1/commands/cart-1`)).status).toBe(501);
    expect(await shown(`${edge.url}/v1/commands/cart-1?buyer=b-1`)).toMatchObject({
      results: [{ orderId: placed.body['orderId'], version: 1, status: { payment: 'awaiting' } }],
    });
    const history = await fetch(`${order}/events`, {
      headers: { 'min-position': position, prefer: 'wait=10' },
    });
    const { events } = (await history.json()) as { events: readonly { type: string }[] };
    expect(events.map(({ type }) => type)).toEqual(['OrderPlaced']);
    const found = await fetch(`${url}/v1/orders?q=mug&status=payment.awaiting&facets=status`, {
      headers: { 'min-position': position, prefer: 'wait=10' },
    });
    expect(await found.json()).toMatchObject({
      orders: [{ orderId: placed.body['orderId'] }],
      total: 1,
      facets: { status: { 'fulfilment.open': 1 } },
    });
    const ahead = position.replace(/\d+$/, (sequence) => String(Number(sequence) + 1));
    const late = await fetch(order, { headers: { 'min-position': ahead, prefer: 'wait=0' } });
    expect([late.status, late.headers.get('retry-after')]).toEqual([503, '1']);
    await decided(url, `/v1/orders/${String(placed.body['orderId'])}/commands`, 'pay-1', {
      type: 'ConfirmPayment',
      data: PAYMENT,
    });
    const now = await shown(`${order}?asOf=${new Date().toISOString()}`);
    expect(now).toMatchObject({ version: 2, status: { payment: 'paid' } });
    const before = await fetch(`${order}?asOfVersion=1`);
    expect(before.headers.get('etag')).toBe('"1"');
    expect(await before.json()).toMatchObject({ version: 1, status: { payment: 'awaiting' } });
  }, 900_000);

  test('keeps whole what a provider calls back, sealed with the keys of the edge', async () => {
    const [search = ''] = (await sharedServer('elasticsearch')).urls;
    const prefix = await freshTopics();
    const callbackSecret = `whsec_${Buffer.from('a secret of twenty-four!').toString('base64')}`;
    const folder = mkdtempSync(join(tmpdir(), 'orderloom-kafka-'));
    folders.push(folder);
    const providers = join(folder, 'providers.json');
    const bank = { url: 'http://127.0.0.1:9', token: 'of-nobody', callbackSecret };
    writeFileSync(providers, JSON.stringify({ bank }), { mode: 0o600 });
    const env = { ORDERLOOM_ELASTICSEARCH_NODES: search, ORDERLOOM_PROVIDERS_FILE: providers };
    await started([PROJECTOR], { ...env, ORDERLOOM_KAFKA_PREFIX: prefix, PORT: '0' });
    const { url } = await start(prefix, 'http,commands', env);
    const rules = {
      name: 'bank',
      silenceMs: 86_400_000,
      pausesMs: [86_400_000],
      refunds: false,
      legs: false,
    };
    const registered = { type: 'RegisterPaymentProvider', data: rules };
    await decided(url, '/v1/tenants/main/commands', 'register', registered);
    const placed = await decided(url, '/v1/orders', 'cart-1', ORDER);
    const orderId = String(placed.body['orderId']);
    const eventsOf = async (stream: string, least: number): Promise<readonly Told[]> =>
      until(`${stream} to be shown`, async () => {
        const { events = [] } = (await shown(`${url}/v1/${stream}/events`)) as { events?: readonly Told[] };
        return events.length >= least && events;
      });
    await eventsOf(`orders/${orderId}`, 1);
    const body = JSON.stringify({ reference: orderId, ...PAYMENT, status: 'paid', payer: 'Ann Smith' });
    const headers = {
      'content-type': 'application/json',
      ...signedHeaders(keyOf(callbackSecret)!, { id: 'm-1', at: Date.now(), body }),
    };
    for (let time = 0; time < 2; time++) {
      const answer = await fetch(`${url}/v1/callbacks/bank`, { method: 'POST', headers, body });
      expect([answer.status, await answer.json()]).toEqual([200, { result: 'told', code: 'paid' }]);
    }
    const noted = await eventsOf(`journals/${orderId}`, 1);
    expect(noted.map(({ data }) => data)).toEqual([
      expect.objectContaining({ kind: 'callback', sealed: expect.objectContaining({ subject: 'main/b-1' }) }),
    ]);
    expect(JSON.stringify(noted)).not.toContain('Ann');
  }, 900_000);
});
