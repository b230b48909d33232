// Many parked events, redriven by consumers that are killed in the middle and asked for twice at once: each effect once,
// those of one order in order.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { connect, type Client } from '@orderloom/client';
import { engineProcess, type EngineProcess } from '@orderloom/testing';
import { size } from '../promises/size.ts';
import { until } from '../promises/until.ts';
import { aPayment, anOrder, done } from './orders.ts';

jest.setTimeout(600_000);
const ORDERS = size(40, 500);
const KILLS = size(3, 20);
/** Events that a consumer handles before it is killed; some are left for the last one. */
const EACH = Math.floor((2 * ORDERS) / (KILLS + 1));
const WITHIN_MS = 300_000;
/** Streams that are redriven at a time: what was in hand when the consumer was killed. */
const AT_ONCE = 4;
const GROUP = 'labels';
const CONSUMER = join(import.meta.dirname, 'redriving-consumer.ts');

let engine: EngineProcess;
let client: Client;
let folder: string;
const children = new Set<ChildProcess>();
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'orderloom-redrive-'));
  engine = await engineProcess(join(import.meta.dirname, '../../apps/command-service/dist/main.js'));
  client = await connect({ http: { url: engine.url } });
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await client.stop();
  await engine.stop();
  rmSync(folder, { recursive: true, force: true });
});

const consumer = (file: string, ...events: readonly string[]): { readonly kill: () => Promise<void> } => {
  const args = ['--conditions=@orderloom/source', CONSUMER, engine.url, GROUP, file, ...events];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  children.add(child);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    kill: async () => {
      child.kill('SIGKILL');
      children.delete(child);
      await ended;
    },
  };
};
const eventsParked = async (): Promise<number> =>
  (await client.parked.list(GROUP)).reduce((sum, { versions }) => sum + versions.length, 0);

test('what is parked is handled once and in order, whoever is killed and however often it is asked for', async () => {
  const orders: string[] = [];
  for (let n = 0; n < ORDERS; n++) {
    const { id } = done(await client.orders.place(anOrder()));
    done(await client.orders.send(id, 'ConfirmPayment', aPayment));
    orders.push(id);
  }
  const file = join(folder, 'effects');
  const failing = consumer(file, '0');
  await until('all to be parked', async () => (await eventsParked()) === 2 * ORDERS, WITHIN_MS);
  await failing.kill();
  expect(existsSync(file)).toBe(false);

  const effects = (): string[] => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []);
  for (let kill = 1; kill <= KILLS; kill++) {
    const running = consumer(file, String(EACH));
    expect(await Promise.all([client.parked.redrive(GROUP), client.parked.redrive(GROUP)])).not.toContain(0);
    await until('some to be handled', () => effects().length >= kill * EACH, WITHIN_MS);
    await running.kill();
  }
  const last = consumer(file);
  await until('all to be handled', async () => (await eventsParked()) === 0, WITHIN_MS);
  await last.kill();

  const handled = effects();
  const expected = orders.flatMap((id) => [1, 2].map((version) => `main/order/${id}/${version}`));
  // An effect that was made and not yet known comes again under the same id, and nothing else does.
  expect(new Set(handled)).toEqual(new Set(expected));
  expect(handled.length - expected.length).toBeLessThanOrEqual(KILLS * AT_ONCE);
  for (const id of orders) {
    const versions = handled.filter((one) => one.startsWith(`main/order/${id}/`)).map((one) => one.at(-1));
    expect(versions).toEqual(versions.toSorted());
  }
});
