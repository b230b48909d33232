// Real input, end to end: the tutorial's log always, the public order log where it can be had.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RecordedEvent } from '@orderloom/decider';
import { leftOut, random } from '@orderloom/testing';
import {
  eventsIn,
  keepTruthOnly,
  killAll,
  orderloom,
  orderloomJson,
  scratchFolder,
  started,
} from '../running.ts';

const root = join(import.meta.dirname, '../../../..');
const TUTORIAL = join(root, 'docs/tutorial/orders.ocel.csv');
const SAMPLE =
  process.env['ORDERLOOM_SAMPLE_LOG'] ?? join(root, '../shared/data/ocel-order-management-sample.csv');

/** What an order log holds; every one of these figures is in its log of events afterwards. */
type Figures = Readonly<Record<string, number>>;

const TUTORIAL_FIGURES: Figures = {
  ...{ placed: 40, paid: 31, unpaid: 9, pickedBeforeConfirmation: 28 },
  ...{ shortages: 30, reorders: 30, failedDeliveries: 7, reminders: 7, unsentParcels: 1 },
};
const SAMPLE_FIGURES: Figures = {
  ...{ placed: 429, paid: 341, unpaid: 88, pickedBeforeConfirmation: 447 },
  ...{ shortages: 350, reorders: 337, failedDeliveries: 79, reminders: 75, unsentParcels: 5 },
};

const figuresOf = (events: readonly RecordedEvent[]): Figures => {
  const count = (type: string): number => events.filter((event) => event.type === type).length;
  const confirmed = new Set<string>();
  let early = 0;
  for (const { type, stream } of events) {
    if (type === 'OrderConfirmed') confirmed.add(stream.key);
    if (type === 'LinesPicked' && !confirmed.has(stream.key)) early += 1;
  }
  return {
    ...{ placed: count('OrderPlaced'), paid: count('PaymentConfirmed') },
    unpaid: count('OrderPlaced') - count('PaymentConfirmed'),
    pickedBeforeConfirmation: early,
    ...{ shortages: count('ShortageReported'), reorders: count('LinesReordered') },
    ...{ failedDeliveries: count('ParcelAttemptFailed'), reminders: count('ReminderSent') },
    unsentParcels: count('ParcelCreated') - count('ParcelDispatched'),
  };
};

/** Imports a file, killing engine and importer when they are this far (shares of the whole). */
const importKilled = async (file: string, folder: string, shares: readonly number[]): Promise<void> => {
  const { child, ran, said } = started('import', 'ocel', file, '--data', folder);
  const [share, ...later] = shares;
  if (share === undefined) {
    await ran;
    return;
  }
  const rows = (): number =>
    Math.max(0, ...[...said().matchAll(/Importing: (\d+) of/g)].map(([, done]) => Number(done)));
  const total = (): number => Number(/of (\d+)/.exec(said())?.[1] ?? Infinity);
  while (child.exitCode === null && rows() < share * total()) await sleep(5);
  await sleep(random(Math.round(share * 1e6)).below(150));
  killAll(folder, child);
  await ran;
  await importKilled(file, folder, later);
};

const whole = (name: string, file: string, figures: Figures, rows: number): void => {
  describe(`the import of ${name}`, () => {
    const scratch = scratchFolder();
    const data = join(scratch.path, 'data');
    const verify = (folder: string) => orderloomJson('verify', '--data', folder);
    let digest: unknown;
    beforeAll(async () => {
      const report = await orderloomJson('import', 'ocel', file, '--data', data);
      expect(report).toMatchObject({ orders: figures['placed'], accepted: rows, duplicate: 0, rejected: {} });
      digest = (await verify(data))['digest'];
    }, 240_000);
    afterAll(scratch.remove);

    test('has every figure of the file, and no violation', async () => {
      expect(figuresOf(eventsIn(data))).toEqual(figures);
      expect(await verify(data)).toMatchObject({ orders: figures['placed'], violations: [] });
    }, 60_000);

    test('is through: once more, after deleting all but the truth, it adds nothing', async () => {
      keepTruthOnly(data);
      const again = await orderloomJson('import', 'ocel', file, '--data', data);
      expect(again).toMatchObject({ accepted: 0, duplicate: rows, rejected: {}, events: 0 });
      expect(await verify(data)).toMatchObject({ digest, violations: [] });
    }, 120_000);

    test('killed three times on its way has the same digest', async () => {
      const killed = join(scratch.path, 'killed');
      await importKilled(file, killed, [0.15, 0.45, 0.75]);
      expect(await verify(killed)).toMatchObject({ digest, violations: [] });
      expect(figuresOf(eventsIn(killed))).toEqual(figures);
    }, 300_000);
  });
};

whole('the log of the tutorial', TUTORIAL, TUTORIAL_FIGURES, 336);
if (existsSync(SAMPLE)) whole('the public order-management log', SAMPLE, SAMPLE_FIGURES, 4397);
else leftOut('import of the public order-management log', 'set ORDERLOOM_SAMPLE_LOG to its CSV file');

describe('an import', () => {
  const scratch = scratchFolder();
  const file = join(scratch.path, 'log.csv');
  const header =
    'ocel:eid,ocel:activity,ocel:timestamp,ocel:type:customers,ocel:type:items,ocel:type:orders,ocel:type:packages,ocel:type:products,weight,price';
  const place = "1,place order,2024-01-01 08:00:00Z, ,['i1'],['o1'], , ,0.2,12.50";
  afterAll(scratch.remove);

  test('of a bad file sends nothing at all', async () => {
    const data = join(scratch.path, 'bad');
    writeFileSync(file, `${header}\n${place}\n2,pick item,2023-01-01 08:00:00Z, ,['i1'], , , ,0.2,8\n`);
    const { code, err } = await orderloom('import', 'ocel', file, '--data', data);
    expect(code).toBe(1);
    expect(err).toContain(
      'line 3 (row 2): its time lies before the row above it; sort the rows by ocel:timestamp',
    );
    expect(existsSync(data)).toBe(false);
  }, 60_000);

  test('lists what a real shop would refuse, by row and code, and goes on', async () => {
    const data = join(scratch.path, 'refusing');
    const rows = [
      place,
      "2,pay order,2024-01-01 09:00:00Z, , ,['o1'], , ,0.2,12.50",
      "3,confirm order,2024-01-01 10:00:00Z, , ,['o1'], , ,0.2,12.50",
      "4,send package,2024-01-01 11:00:00Z, , , ,['p9'], ,0.2,8",
      "5,pick item,2024-01-01 12:00:00Z, ,['i7'], , , ,0.2,8",
      "6,pay order,2024-01-01 13:00:00Z, , ,['o1'], , ,0.2,12.50",
    ];
    writeFileSync(file, `${[header, ...rows].join('\n')}\n`);
    const refused = {
      orders: 1,
      rejected: { 'not-allowed-now': 1, 'unknown-parcel': 1, 'unknown-item': 1 },
      refusedRows: [
        { row: '2', code: 'not-allowed-now' },
        { row: '4', code: 'unknown-parcel' },
        { row: '5', code: 'unknown-item' },
      ],
    };
    const first = await orderloomJson('import', 'ocel', file, '--data', data);
    expect(first).toMatchObject({ ...refused, accepted: 3, duplicate: 0 });
    const again = await orderloomJson('import', 'ocel', file, '--data', data);
    expect(again).toMatchObject({ ...refused, accepted: 0, duplicate: 3, events: 0 });
  }, 60_000);

  test('does not go into a tenant whose time is further on, or real', async () => {
    const data = join(scratch.path, 'tenants');
    writeFileSync(file, `${header}\n${place.replace('2024', '2025')}\n`);
    await orderloom('import', 'ocel', file, '--data', data);
    writeFileSync(file, `${header}\n${place}\n`);
    const later = await orderloom('import', 'ocel', file, '--data', data, '--json');
    expect(JSON.parse(later.err)).toMatchObject({ error: { code: 'clock-backwards' } });
    await orderloom('place', '--line', 'TEA=1x450', '--data', data);
    const real = await orderloom('import', 'ocel', file, '--data', data, '--tenant', 'main', '--json');
    expect(JSON.parse(real.err)).toMatchObject({ error: { code: 'clock-live' } });
  }, 60_000);
});
