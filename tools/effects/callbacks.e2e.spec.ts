// The product itself and a payment provider behind HTTP: what it calls back is taken where it is signed, and where it
// says nothing it is asked. What is not signed is refused and counted, and stands nowhere.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { keyOf, signedHeaders } from '@orderloom/effects';
import {
  fakePaymentProvider,
  servePayments,
  virtualClock,
  type FakePaymentProvider,
  type ServedPayments,
  type VirtualClock,
} from '@orderloom/testing';
import { startApp } from '../promises/app.ts';
import { cleanUp } from '../promises/scratch.ts';
import { until } from '../promises/until.ts';
import { SECRET } from './shop.ts';

const TOKEN = 'a-token-of-the-account';
const folder = mkdtempSync(join(tmpdir(), 'orderloom-callbacks-'));

let clock: VirtualClock;
let provider: FakePaymentProvider;
let served: ServedPayments;
let app: Awaited<ReturnType<typeof startApp>>;

const post = async (path: string, key: string, body: object): Promise<Record<string, unknown>> => {
  const headers = { 'content-type': 'application/json', 'idempotency-key': `"${key}"` };
  const answer = await fetch(app.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as Record<string, unknown>;
};

const register = (silenceMs: number): Promise<object> =>
  post('/v1/tenants/main/commands', `register-${String(silenceMs)}`, {
    type: 'RegisterPaymentProvider',
    data: { name: 'bank', silenceMs, pausesMs: Array.from({ length: 20 }, () => 200) },
  });

beforeAll(async () => {
  clock = virtualClock(0);
  provider = fakePaymentProvider({ seed: 1, clock });
  served = await servePayments(provider.port, TOKEN);
  const path = join(folder, 'providers.json');
  const account = { url: served.url, token: TOKEN, callbackSecret: SECRET };
  writeFileSync(path, JSON.stringify({ bank: account }), { mode: 0o600 });
  app = await startApp(join(folder, 'data'), { ORDERLOOM_PROVIDERS_FILE: path });
});
afterAll(async () => {
  await cleanUp();
  await served.close();
  rmSync(folder, { recursive: true, force: true });
});

/** An order whose payment is under way at the provider. */
const begun = async (name: string): Promise<string> => {
  const { orderId } = await post('/v1/orders', `place-${name}`, {
    ...{ buyerId: name, merchantId: 'm-1', currency: 'EUR', total: 1250 },
    lines: [{ lineId: '1', sku: 'MUG', quantity: 1, unitPrice: 1250 }],
  });
  const order = String(orderId);
  const payment = { paymentId: `pay-${name}`, amount: 1250, currency: 'EUR' };
  const data = { ...payment, provider: 'bank' };
  await post(`/v1/orders/${order}/commands`, `start-${name}`, { type: 'StartPayment', data });
  provider.begin({ ...payment, reference: order });
  await until('the payment to be shown as under way', async () => (await paymentOf(order)) === 'paying');
  return order;
};
const paymentOf = async (order: string): Promise<unknown> => {
  const answer = await fetch(`${app.url}/v1/orders/${order}`);
  return ((await answer.json()) as { status?: Record<string, unknown> }).status?.['payment'];
};
const paid = (order: string, name: string) => ({
  ...{ reference: order, paymentId: `pay-${name}`, amount: 1250, currency: 'EUR', status: 'paid' },
});

const callBack = async (body: string, headers: Record<string, string>, name = 'bank') => {
  const answer = await fetch(`${app.url}/v1/callbacks/${name}`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body },
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};
const signed = (body: string, at = Date.now(), secret = SECRET) =>
  signedHeaders(keyOf(secret)!, { id: 'm-1', at, body });

describe('what a payment provider calls back', () => {
  test('is taken, again and again, where it is signed', async () => {
    const order = await begun('ann');
    const body = JSON.stringify(paid(order, 'ann'));
    for (let n = 0; n < 3; n++)
      expect(await callBack(body, signed(body))).toEqual({
        ...{ status: 200, body: { result: 'told', code: 'paid' } },
      });
    await until('the order to be shown as paid', async () => (await paymentOf(order)) === 'paid');
  });

  test('is refused where it is not signed by it, now, and as it is; and stands nowhere', async () => {
    const order = await begun('bob');
    const body = JSON.stringify(paid(order, 'bob'));
    const other = `whsec_${Buffer.from('a key of somebody else...').toString('base64')}`;
    for (const headers of [
      {},
      signed(body, Date.now(), other),
      signed(body, Date.now() - 600_000),
      signed(`${body} `),
    ])
      expect(await callBack(body, headers)).toMatchObject({
        ...{ status: 401, body: { code: 'wrong-signature' } },
      });
    expect(await paymentOf(order)).toBe('paying');
    const metrics = await (await fetch(`${app.url}/metrics`)).text();
    expect(metrics).toContain('orderloom_callbacks_total{outcome="wrong-signature"} 4');
    expect(app.output()).toContain('wrong-signature');
    expect(app.output()).not.toContain('pay-bob');
  });

  test('is told apart from what nobody understands, and from what no order takes', async () => {
    const said = async (content: object, name?: string) => {
      const body = JSON.stringify(content);
      const answer = await callBack(body, signed(body), name);
      return [answer.status, answer.body['code']];
    };
    expect(await said({ hello: 'you' })).toEqual([422, 'malformed-callback']);
    expect(await said(paid('d218cw8dvxj5wjcpj0k45', 'nobody'))).toEqual([422, 'callback-refused']);
    expect(await said({}, 'nobody')).toEqual([404, 'unknown-provider']);
  });
});

test('a payment of which nothing is heard is asked about', async () => {
  await register(100);
  const order = await begun('eve');
  clock.advance(60_000);
  await until('the order to be paid', async () => (await paymentOf(order)) === 'paid');
  expect(served.calls()).toBeGreaterThan(0);
  const trace = await (await fetch(`${app.url}/v1/orders/${order}/trace`)).json();
  const { events } = trace as { readonly events: readonly { readonly stream: string }[] };
  expect(events.map(({ stream }) => stream)).toContain(`journal/${order}`);
});
