// The product itself, killed in the middle of a call: the next one makes it again under the same id, and says that it may
// have happened before. What its receiver has answered is not asked for twice.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { startApp } from '../promises/app.ts';
import { cleanUp } from '../promises/scratch.ts';
import { until } from '../promises/until.ts';
import { startReceiver } from './receiver.ts';
import { webhooksFile } from './webhooks-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'orderloom-killed-'));
afterEach(async () => {
  await cleanUp();
  rmSync(folder, { recursive: true, force: true });
});

const post = async (
  url: string,
  path: string,
  key: string,
  body: object,
): Promise<Record<string, unknown>> => {
  const headers = { 'content-type': 'application/json', 'idempotency-key': `"${key}"` };
  const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as Record<string, unknown>;
};

test('a process killed in the middle of a call leaves none unmade, and none with another id', async () => {
  const receiver = await startReceiver();
  const env = { ORDERLOOM_WEBHOOKS_FILE: webhooksFile(folder, receiver.origin) };
  const data = join(folder, 'data');
  const first = await startApp(data, env);
  await post(first.url, '/v1/tenants/main/commands', 'subscribe', {
    type: 'SubscribeWebhook',
    data: { name: 'wms', url: `${receiver.origin}/orders`, events: ['OrderPlaced'], firstRetryMs: 100 },
  });
  const place = async (url: string, n: number): Promise<string> => {
    const { orderId } = await post(url, '/v1/orders', `cart-${String(n)}`, {
      ...{ buyerId: `b-${String(n)}`, merchantId: 'm-1', currency: 'EUR', total: 1250 },
      lines: [{ lineId: '1', sku: 'MUG', quantity: 1, unitPrice: 1250 }],
    });
    return String(orderId);
  };
  const answered = await place(first.url, 1);
  await until('the first call to be answered', () => receiver.received().length === 1);
  receiver.will('/orders', 'hang');
  const hanging = await place(first.url, 2);
  await until('the second call to arrive', () => receiver.received().length === 2);
  await first.kill();

  const second = await startApp(data, env);
  const effectOf = async (orderId: string): Promise<Record<string, unknown>> => {
    const answer = await fetch(`${second.url}/v1/effects/${orderId}.1.wms`);
    return (await answer.json()) as Record<string, unknown>;
  };
  for (const order of [answered, hanging])
    await until('both calls to be made', async () => {
      const { status } = await effectOf(order);
      return (status as { status?: string } | undefined)?.status === 'succeeded';
    });
  const history = await fetch(`${second.url}/v1/effects/${hanging}.1.wms/events`);
  const { events } = (await history.json()) as { events: readonly { type: string }[] };
  expect(events.map(({ type }) => type)).toEqual([
    ...['EffectRequested', 'EffectAttemptStarted', 'EffectAttemptResumed', 'EffectSucceeded'],
  ]);
  const ids = receiver.received().map(({ id }) => id);
  expect(ids.filter((id) => id === `${hanging}.1.wms`)).toHaveLength(2);
  expect(new Set(ids)).toEqual(new Set([`${answered}.1.wms`, `${hanging}.1.wms`]));
  expect(await second.stop()).toBe(0);
  await receiver.close();
}, 120_000);
