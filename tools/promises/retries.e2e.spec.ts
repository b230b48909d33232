// Invariant: one idempotency key is one order with one id, whatever became of the answers.
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { anOrder } from './an-order.ts';
import { startApp, type App } from './app.ts';
import { ask, write } from './ask.ts';
import { readEvents } from './read-events.ts';
import { aFolder, cleanUp, startProgram } from './scratch.ts';
import { until } from './until.ts';

const TIMES = 200;

afterAll(cleanUp);

type Told = { readonly status: number; readonly result: unknown; readonly orderId: unknown };

/** Sends a placement and hangs up without having heard anything. */
const placeAndHangUp = (app: App, key: string, buyer: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const body = JSON.stringify(anOrder(buyer));
    const { host, port, hostname } = new URL(app.url);
    const head = `POST /v1/orders HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nIdempotency-Key: "${key}"`;
    const socket = connect(Number(port), hostname, () => {
      socket.write(`${head}\r\nContent-Length: ${String(Buffer.byteLength(body))}\r\n\r\n${body}`, () => {
        socket.destroy();
        resolve();
      });
    });
    socket.on('error', reject);
  });

const retries = (app: App, key: string, buyer: string): Promise<PromiseSettledResult<Told>[]> =>
  Promise.allSettled(
    Array.from({ length: TIMES }, async () => {
      const { status, body } = await write(app.url, '/v1/orders', key, anOrder(buyer));
      return { status, result: body['result'], orderId: body['orderId'] };
    }),
  );

const heard = (settled: readonly PromiseSettledResult<Told>[]): Told[] =>
  settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));

const retriesOfAnother = async (app: App, key: string, buyer: string): Promise<Told[]> => {
  const program = join(import.meta.dirname, 'retrying-client.ts');
  const { output, ended } = startProgram([program, app.url, key, buyer, String(TIMES)]);
  await ended;
  return JSON.parse(output()) as Told[];
};

const ordersOf = async (app: App, buyer: string): Promise<unknown[]> => {
  const { body } = await ask(app.url, `/v1/orders?buyer=${buyer}`);
  return body['orders'] as unknown[];
};

const idsIn = (told: readonly Told[]): unknown[] => [...new Set(told.map(({ orderId }) => orderId))];
const placedBy = (folder: string, key: string): string[] =>
  readEvents(folder)
    .filter((event) => event.commandId === key && event.type === 'OrderPlaced')
    .map(({ stream }) => stream.key);

describe('a placement whose answer was lost', () => {
  test('and that is retried from everywhere, and after a kill, is one order with one id', async () => {
    const folder = aFolder();
    const app = await startApp(folder);
    await placeAndHangUp(app, 'dropped', 'ada');
    await until('the order whose answer was dropped', async () => (await ordersOf(app, 'ada')).length === 1);
    const mine = heard(await retries(app, 'dropped', 'ada'));
    const theirs = await retriesOfAnother(app, 'dropped', 'ada');
    await app.kill();
    const again = await startApp(folder);
    const later = heard(await retries(again, 'dropped', 'ada'));
    const all = [...mine, ...theirs, ...later];
    expect(all).toHaveLength(3 * TIMES);
    expect(all.filter(({ status, result }) => status !== 200 || result !== 'duplicate')).toEqual([]);
    expect(placedBy(folder, 'dropped')).toEqual(idsIn(all));
    expect(await ordersOf(again, 'ada')).toHaveLength(1);
    await again.stop();
  }, 120_000);

  test('because the engine was killed among 200 of them, is one order with one id', async () => {
    const folder = aFolder();
    const app = await startApp(folder);
    const first = retries(app, 'killed', 'bob');
    await until('the order to be in the log', () => placedBy(folder, 'killed').length > 0);
    await app.kill();
    const before = heard(await first);
    const again = await startApp(folder);
    const after = heard(await retries(again, 'killed', 'bob'));
    expect(after).toHaveLength(TIMES);
    expect(placedBy(folder, 'killed')).toEqual(idsIn([...before, ...after]));
    expect(before.filter(({ result }) => result === 'accepted').length).toBeLessThanOrEqual(1);
    expect(after.every(({ result }) => result === 'duplicate')).toBe(true);
    await again.stop();
  }, 120_000);
});
