import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RecordedEvent } from '@orderloom/decider';
import { eventsIn, orderloom, orderloomJson, scratchFolder, started } from '../running.ts';

const ORDERS = 45;

/** What happened to each order, under the name the shop has for it, without the ids and instants of one run. */
const business = (events: readonly RecordedEvent[]): ReadonlyMap<string, readonly string[]> => {
  const names = new Map<string, string>();
  const found = new Map<string, string[]>();
  for (const { type, stream, data } of events) {
    if (stream.type !== 'order') continue;
    const { externalId, lines, total } = data as Readonly<Record<string, unknown>>;
    if (type === 'OrderPlaced') names.set(stream.key, String(externalId));
    const name = names.get(stream.key) ?? stream.key;
    const said = type === 'OrderPlaced' ? JSON.stringify([lines, total]) : '';
    found.set(name, [...(found.get(name) ?? []), type + said]);
  }
  return found;
};

describe('the demo', () => {
  const scratch = scratchFolder();
  const [first, second] = [join(scratch.path, 'a'), join(scratch.path, 'b')];
  const demo = (folder: string, ...more: readonly string[]) =>
    orderloomJson('demo', '--port', '0', '--orders', String(ORDERS), '--exit', '--data', folder, ...more);
  let report: Record<string, unknown>;
  beforeAll(async () => {
    report = await demo(first);
  }, 120_000);
  afterAll(scratch.remove);

  test('leaves a sound log, and refuses nobody: a payment that comes too late goes back', async () => {
    expect(report['refused']).toEqual({});
    expect(await orderloomJson('verify', '--data', first)).toMatchObject({ orders: ORDERS, violations: [] });
  }, 60_000);

  test('has the same business in another folder', async () => {
    await demo(second);
    expect(business(eventsIn(second))).toEqual(business(eventsIn(first)));
  }, 120_000);

  test('started again goes on with the kept data', async () => {
    const before = eventsIn(first).length;
    expect(await demo(first)).toMatchObject({ accepted: 0, failedPayment: report['failedPayment'] });
    expect(eventsIn(first)).toHaveLength(before);
  }, 60_000);

  test('leaves a failed payment that the printed line repairs', async () => {
    const orderId = String(report['failedPayment']);
    const before = await orderloomJson('show', orderId, '--data', first);
    const { outstanding, currency } = before['money'] as { outstanding: number; currency: string };
    expect(before).toMatchObject({ payments: [{ status: 'failed' }] });
    const payment = JSON.stringify({
      paymentId: 'again',
      amount: outstanding,
      currency,
      provider: 'demo-pay',
    });
    const repaired = await orderloom('send', orderId, 'ConfirmPayment', payment, '--data', first);
    expect(repaired.code).toBe(0);
    expect(await orderloomJson('show', orderId, '--data', first)).toMatchObject({
      status: { payment: 'paid' },
    });
  }, 60_000);

  test('serves until it is told to stop, and then ends well', async () => {
    const { child, ran, said } = started(
      'demo',
      '--port',
      '0',
      '--orders',
      '5',
      '--data',
      join(scratch.path, 'c'),
    );
    while (!said().includes('Ctrl-C') && child.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 20));
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said())?.[0] ?? '';
    expect((await fetch(url)).headers.get('content-type')).toContain('text/html');
    child.kill('SIGINT');
    expect((await ran).code).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
  }, 60_000);
});
