// The live events of a running engine: what a service outside hears, and what nobody does.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { engineProcess, type EngineProcess } from '@orderloom/testing';
import { join } from 'node:path';
import { hear, type Heard } from './example/hear.ts';

let engine: EngineProcess;
beforeAll(async () => {
  engine = await engineProcess(join(import.meta.dirname, '../dist/main.js'));
});
afterAll(() => engine.stop());

const RECEIVER = { name: 'Zacharias Quill', line1: 'Owl Lane 9', city: 'Nook', country: 'DE' };
let keys = 0;
const post = async (path: string, body: object, tenant = 'main'): Promise<Record<string, unknown>> => {
  const headers = { 'content-type': 'application/json', 'idempotency-key': `"k-${++keys}"`, tenant };
  const answer = await fetch(engine.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(answer.ok).toBe(true);
  return (await answer.json()) as Record<string, unknown>;
};
const place = async (tenant = 'main'): Promise<string> => {
  const lines = [{ lineId: '1', sku: 'MUG', quantity: 1, unitPrice: 1_249 }];
  const order = { buyerId: `b-${++keys}`, currency: 'EUR', total: 1_249, lines, receiver: RECEIVER };
  return String((await post('/v1/orders', order, tenant))['orderId']);
};
const pay = (order: string) =>
  post(`/v1/orders/${order}/commands`, {
    type: 'ConfirmPayment',
    data: { paymentId: 'p', amount: 1_249, currency: 'EUR', provider: 'bank' },
  });
const events = (query: string, count: number, headers = {}): Promise<Heard> =>
  hear(`${engine.url}/v1/events?${query}`, count, headers);
const said = ({ events }: Heard): unknown[] =>
  events.map(({ data }) => [data['streamkey'], data['streamversion'], data['type']]);

describe('who listens to an engine', () => {
  test('hears every event of the tenant’s orders, in order, and goes on where it has left', async () => {
    const orders = [await place(), await place()];
    for (const order of orders) await pay(order);
    const [placed, paid] = ['orderloom.order.placed.v1', 'orderloom.order.payment-confirmed.v1'];
    const first = await events('stream=order', 3);
    const rest = await events('stream=order', 1, { 'last-event-id': first.events[2]?.id ?? '' });
    expect([...said(first), ...said(rest)]).toEqual([
      ...orders.map((order) => [order, 1, placed]),
      ...orders.map((order) => [order, 2, paid]),
    ]);
    expect(first.events[0]?.data).toMatchObject({
      ...{ specversion: '1.0', source: '/orderloom', subject: `main/order/${String(orders[0])}` },
      ...{ id: `main/order/${String(orders[0])}/1`, datacontenttype: 'application/json', tenant: 'main' },
    });
  });

  test('hears only what it asks for', async () => {
    const order = await place();
    await pay(order);
    const { events: heard } = await events('type=PaymentConfirmed', 3);
    expect(new Set(heard.map(({ data }) => data['eventname']))).toEqual(new Set(['PaymentConfirmed']));
  });

  test('hears nothing of another tenant, and no name of anybody', async () => {
    await post('/v1/tenants/quiet/commands', { type: 'CreateTenant', data: {} }, 'quiet');
    const mark = await place();
    await post('/v1/tenants/quiet/commands', { type: 'SetClock', data: {} }, 'quiet').catch(() => undefined);
    const { events: heard, text } = await events('', 1, { tenant: 'quiet' });
    for (const { data } of heard) expect(data['tenant']).toBe('quiet');
    expect(text).not.toContain(mark);
    const all = await events('stream=order', 4);
    expect(all.text).toContain('"keyId"');
    for (const clear of Object.values(RECEIVER).filter((value) => value.length > 2))
      expect(all.text).not.toContain(clear);
  });
});
