// What was archived is read back with no engine, no broker and no Elasticsearch: a closed order as the engine showed it,
// the whole of it as the log has it; and damage is named, never passed over.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openArchive } from '@orderloom/archive';
import { domainRegistry, tableStepper } from '@orderloom/domain';
import { memorySnapshotStore, openArchiver } from '@orderloom/engine';
import { readLog } from '@orderloom/sqlite';
import { projections } from '@orderloom/views';
import { wireCodec } from '@orderloom/wire';
import { orderloom, orderloomJson, scratchFolder, started } from '../running.ts';

const scratch = scratchFolder();
afterAll(scratch.remove);
const data = join(scratch.path, 'shop');
const elsewhere = join(scratch.path, 'archived');
const folder = join(elsewhere, 'archive', 'orderloom', 'partition-0');
const TUTORIAL = join(import.meta.dirname, '../../../../docs/tutorial/orders.ocel.csv');

/** Archives the log of an engine that has stopped, a window of a few groups at a time. */
const archiveLog = async (): Promise<void> => {
  const log = readLog(data);
  const source = wireCodec();
  source.bind(log.schemas);
  const codec = wireCodec();
  const store = await openArchive({ folder, partition: 0, codec, segmentBytes: 60_000 });
  const archiver = await openArchiver({
    ...{ store, codec, source, projections, snapshots: memorySnapshotStore() },
    registry: domainRegistry({ stepper: tableStepper }),
    globals: async () => [],
    owns: () => true,
  });
  const groups = [...log.read(0)].map((group) => ({ ...group, frames: Uint8Array.from(group.frames) }));
  for (let at = 0; at < groups.length; at += 20) await archiver.apply(groups.slice(at, at + 20));
  await store.close();
  log.close();
};

let delivered = '';
let cancelled = '';
let open = '';
const before = new Map<string, Record<string, unknown>>();
let verdict: Record<string, unknown>;

beforeAll(async () => {
  const send = (key: string, type: string, payload: object) =>
    orderloomJson('send', key, type, JSON.stringify(payload), '--data', data);
  const place = async (sku: string): Promise<string> =>
    String((await orderloomJson('place', '--line', `${sku}=2x450`, '--data', data))['orderId']);
  const engine = started('serve', '--data', data, '--port', '0');
  while (!engine.said().includes('Orderloom serves')) await new Promise((resolve) => setTimeout(resolve, 20));
  await orderloomJson('import', 'ocel', TUTORIAL, '--tenant', 'imported', '--data', data);
  [delivered, cancelled, open] = [await place('TEA'), await place('CUP'), await place('POT')];
  const payment = { paymentId: 'p1', amount: 900, currency: 'EUR', provider: 'bank' };
  await send(delivered, 'ConfirmPayment', payment);
  await send(delivered, 'ShipLines', { parcelId: 'P1', lines: [{ lineId: '1', quantity: 2 }] });
  await send(delivered, 'ConfirmDelivery', { parcelId: 'P1' });
  await send(cancelled, 'CancelOrder', { reason: 'changed my mind' });
  for (const key of [delivered, cancelled]) before.set(key, await orderloomJson('show', key, '--data', data));
  engine.child.kill('SIGTERM');
  await engine.ran;
  // An archive has no views.
  const { views: _, ...ofLog } = await orderloomJson('verify', '--data', data);
  verdict = ofLog;
  await archiveLog();
}, 180_000);

const run = (...args: readonly string[]) => orderloom('archive', ...args, '--data', elsewhere);
const json = (...args: readonly string[]) => orderloomJson('archive', ...args, '--data', elsewhere);

describe('an order that closed', () => {
  test.each(['delivered', 'cancelled'])('is shown as the engine showed it: %s', async (how) => {
    const key = how === 'delivered' ? delivered : cancelled;
    const { archive, ...document } = await json('show', key);
    expect(document).toEqual(before.get(key));
    expect(archive).toMatchObject({ partition: 0, laterEvents: 0 });
    expect((await run('show', key)).out).toMatch(new RegExp(`orderId\\s+${key}`));
  });

  test('is not shown while it is open, nor where it is unknown or another tenant’s', async () => {
    const failed = async (...args: readonly string[]) => {
      const { code, err } = await run(...args, '--json');
      return [code, (JSON.parse(err) as { error: { code: string } }).error.code];
    };
    expect(await failed('show', open)).toEqual([1, 'not-at-rest']);
    expect(await failed('show', 'order/nobody')).toEqual([1, 'unknown-stream']);
    expect(await failed('show', delivered, '--tenant', 'imported')).toEqual([1, 'unknown-stream']);
    expect(await failed('show', 'ordr/x')).toEqual([2, 'usage']);
    expect(await failed('show', delivered, '--prefix', 'other')).toEqual([4, 'archive-missing']);
  });
});

describe('the archive as a whole', () => {
  test('has the content of the log, and no violation', async () => {
    expect(await json('verify')).toEqual(verdict);
    expect(verdict).toMatchObject({ violations: [] });
    expect((await run('verify')).code).toBe(0);
  });

  test('is named with its place where a bit is another, and everything else is still shown', async () => {
    const segments = readdirSync(folder).filter((name) => name.endsWith('.segment'));
    expect(segments.length).toBeGreaterThan(2);
    const file = join(folder, segments[0]!);
    const intact = readFileSync(file);
    const damaged = Buffer.from(intact);
    damaged[Math.floor(damaged.length / 2)]! ^= 1;
    writeFileSync(file, damaged);
    const { code, out } = await run('verify', '--json');
    expect(code).toBe(1);
    const [violation] = (JSON.parse(out) as { violations: { problem: string }[] }).violations;
    expect(violation?.problem).toMatch(/0000000000000001\.segment, byte \d+: the record there/);
    const { archive, ...document } = await json('show', delivered);
    expect(document).toEqual(before.get(delivered));
    expect(archive).toMatchObject({ laterEvents: 0 });
    writeFileSync(file, intact);
  });

  test('is named where a segment was cut off', async () => {
    const last = readdirSync(folder).findLast((name) => name.endsWith('.segment'))!;
    const file = join(folder, last);
    const intact = readFileSync(file);
    writeFileSync(file, intact.subarray(0, intact.length - 100));
    const { code, err } = await run('show', delivered);
    expect(code).toBe(1);
    expect(err).toMatch(/it is cut off: \d+ of \d+ bytes\n {2}put the partition's folder back/);
    writeFileSync(file, intact);
  });
});
