// Exports of a real shop: beside its engine and at rest, at one position, resumed; against a fold of the log itself.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RecordedEvent } from '@orderloom/decider';
import { domainRegistry, tableStepper, type OrderState } from '@orderloom/domain';
import { csvFields } from '../import/csv.ts';
import { eventsIn, orderloom, orderloomJson, scratchFolder, started } from '../running.ts';

const TUTORIAL = join(import.meta.dirname, '../../../../docs/tutorial/orders.ocel.csv');
const scratch = scratchFolder();
const data = join(scratch.path, 'data');
let events: readonly RecordedEvent[];

const exported = (what: string, file: string, ...more: readonly string[]) =>
  orderloomJson(
    'export',
    what,
    '--data',
    data,
    '--tenant',
    'ocel',
    '--to',
    join(scratch.path, file),
    ...more,
  );
const read = (file: string): string => readFileSync(join(scratch.path, file), 'utf8');
const jsonLines = (file: string): readonly Record<string, unknown>[] =>
  read(file)
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

beforeAll(async () => {
  await orderloomJson('import', 'ocel', TUTORIAL, '--data', data);
  events = eventsIn(data);
}, 240_000);
afterAll(scratch.remove);

/** State and version of every order behind the first events of the log. */
const foldOf = (upTo: number) => {
  const { types } = domainRegistry({ stepper: tableStepper });
  const states = new Map<string, unknown>();
  const versions = new Map<string, number>();
  for (const { stream, type, data: said, version, recordedAt } of events.slice(0, upTo)) {
    const { decider } = types.find(({ name }) => name === stream.type)!;
    const id = `${stream.tenant}/${stream.type}/${stream.key}`;
    const context = {
      stream,
      recordedAt,
      version,
      global: states.get(`${stream.tenant}/tenant/${stream.tenant}`),
    };
    states.set(id, decider.evolve(states.get(id) ?? decider.initialState, { type, data: said }, context));
    versions.set(id, version);
  }
  return [...states]
    .filter(([id]) => id.startsWith('ocel/order/'))
    .map(([id, state]) => {
      const { money, lines } = state as OrderState;
      return { orderId: id.slice(11), version: versions.get(id), paid: money.paid, lines };
    })
    .sort((one, other) => (one.orderId < other.orderId ? 1 : -1));
};

describe('an export', () => {
  test('of events is the log up to its position', async () => {
    const ofTenant = events.filter(({ stream }) => stream.tenant === 'ocel');
    const result = await exported('events', 'events.jsonl');
    expect(result).toMatchObject({ rows: ofTenant.length, position: events.length });
    expect(jsonLines('events.jsonl').map(({ type, version }) => [type, version])).toEqual(
      ofTenant.map(({ type, version }) => [type, version]),
    );
    const half = Math.floor(events.length / 2);
    await exported('events', 'half.jsonl', '--position', String(half));
    expect(read('events.jsonl').startsWith(read('half.jsonl'))).toBe(true);
    expect(jsonLines('half.jsonl')).toHaveLength(
      events.slice(0, half).filter(({ stream }) => stream.tenant === 'ocel').length,
    );
  }, 120_000);

  test.each([1, 0.5])(
    'of orders is the fold of the log up to its position, at %d of it',
    async (share) => {
      const position = Math.floor(events.length * share);
      const file = `orders-${share}.jsonl`;
      await exported('orders', file, '--position', String(position));
      const orders = jsonLines(file).map(({ orderId, version, money, lines }) => ({
        ...{ orderId, version, paid: (money as { paid: number }).paid },
        lines: (lines as readonly { units: unknown }[]).map(({ units }) => units),
      }));
      expect(orders).toEqual(foldOf(position));
      await exported('orders', `orders-${share}.csv`, '--position', String(position), '--format', 'csv');
      const [header, ...rows] = read(`orders-${share}.csv`).trimEnd().split('\r\n').map(csvFields);
      const column = (name: string) => rows.map((row) => row![header!.indexOf(name)]);
      expect(column('order_id')).toEqual(orders.map(({ orderId }) => orderId));
      expect(column('paid')).toEqual(orders.map(({ paid }) => String(paid)));
    },
    120_000,
  );

  test('killed on its way goes on with the same bytes', async () => {
    const whole = join(scratch.path, 'events.jsonl');
    const file = join(scratch.path, 'killed.jsonl');
    for (let tries = 0; tries < 50 && !existsSync(file); tries++) {
      const { child, ran } = started('export', 'events', '--data', data, '--tenant', 'ocel', '--to', file);
      // Each life lasts until there is something to go on from, or a little longer than the last one.
      const isOver = new Promise((resolve) => child.once('close', resolve));
      while (!existsSync(`${file}.export`) && child.exitCode === null)
        await Promise.race([isOver, new Promise((resolve) => setTimeout(resolve, 1))]);
      if (tries < 3) child.kill('SIGKILL');
      await ran;
    }
    expect(readFileSync(file, 'utf8')).toBe(readFileSync(whole, 'utf8'));
  }, 120_000);

  test('beside a living engine stands still at its position', async () => {
    const { child, ran } = started('serve', '--data', data, '--port', '0');
    await exported('orders', 'beside.jsonl', '--position', String(events.length));
    child.kill('SIGTERM');
    await ran;
    expect(read('beside.jsonl')).toBe(read('orders-1.jsonl'));
  }, 120_000);

  test('to standard output is the same, and says where it stands beside it', async () => {
    const { out, err } = await orderloom('export', 'events', '--data', data, '--tenant', 'ocel');
    expect(out).toBe(read('events.jsonl'));
    expect(err).toContain(`events at position ${events.length}`);
  }, 60_000);

  test.each([
    [['--position', '0'], 'write the index of an event'],
    [['--position', '99999999'], 'name a position up to'],
    [['--format', 'xml'], '--format'],
    [['--to', TUTORIAL], 'name another file'],
  ])(
    'with %j is refused',
    async (args, said) => {
      const { code, err } = await orderloom('export', 'orders', '--data', data, '--tenant', 'ocel', ...args);
      expect([1, 2]).toContain(code);
      expect(err).toContain(said);
    },
    60_000,
  );
});
