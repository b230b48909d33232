// What a consumer has parked, from the command line: seen, understood, and handled again.
import { execFile } from 'node:child_process';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { connect, type Client, type Consumer } from '@orderloom/client';
import { engineProcess, type EngineProcess } from '@orderloom/testing';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '../promises/until.ts';

// Each command is a process that starts, on a machine that others use.
jest.setTimeout(120_000);
const WITHIN_MS = 20_000;
const APPS = join(import.meta.dirname, '../../apps');
const execute = promisify(execFile);
/** Runs the built command line as a user does. */
const run = async (...args: readonly string[]): Promise<{ readonly code: number; readonly out: string }> => {
  try {
    const { stdout } = await execute(process.execPath, [join(APPS, 'cli/dist/main.js'), ...args]);
    return { code: 0, out: stdout };
  } catch (error) {
    return { code: Number((error as { code: unknown }).code), out: '' };
  }
};

let engine: EngineProcess;
let client: Client;
let consumer: Consumer;
let isBroken = true;
const handled: string[] = [];
beforeAll(async () => {
  engine = await engineProcess(join(APPS, 'command-service/dist/main.js'));
  client = await connect({ http: { url: engine.url } });
  consumer = await client.consume(
    'labels',
    ({ id }) => {
      if (isBroken) throw new RangeError();
      handled.push(id);
    },
    { attempts: 1, onProblem: () => undefined },
  );
});
afterAll(async () => {
  await consumer.stop();
  await client.stop();
  await engine.stop();
});

const parked = (...args: string[]) => run('parked', ...args, '--url', engine.url);

test('a stream is listed, explained, tried out and redriven', async () => {
  const lines = [{ lineId: '1', sku: 'MUG', quantity: 1, unitPrice: 1_249 }];
  const placedBefore = new Date(Date.now() - 60_000).toISOString();
  const placed = await client.orders.place({ buyerId: 'b-1', currency: 'EUR', total: 1_249, lines });
  expect(placed.outcome).toBe('accepted');
  await until('it to be parked', async () => (await client.parked.list('labels')).length === 1, WITHIN_MS);

  const { consumers } = JSON.parse((await parked('--json')).out) as { consumers: { id: string }[] };
  const id = consumers[0]?.id ?? '';
  expect((await parked('list')).out).toMatch(/labels +main\/order\/\S+ +1 from version 1 +RangeError/);
  const explained = await parked('explain', id);
  expect(explained.out).toContain('OrderPlaced');
  const wouldBe = (instant: string) =>
    parked('redrive', '--group', 'labels', '--from', placedBefore, '--to', instant, '--dry-run');
  expect((await wouldBe(new Date(Date.now() + 60_000).toISOString())).out).toContain('1 streams would be');
  expect((await wouldBe(placedBefore)).out).toContain('0 streams would be');
  expect([handled, (await client.parked.list('labels'))[0]?.redriving]).toEqual([[], false]);

  isBroken = false;
  const redriven = await parked('redrive', '--group', 'labels', '--from', placedBefore);
  expect(redriven.out).toContain('1 streams are redriven');
  await until('it to be redriven', async () => (await client.parked.list('labels')).length === 0, WITHIN_MS);
  expect(handled).toHaveLength(1);
  expect((await parked('explain', id)).code).toBe(1);
  expect((await parked('redrive')).code).toBe(2);
});
