// What views show that the log does not say is found, and named down to its member.
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { domainRegistry, tableStepper } from '@orderloom/domain';
import { liveGeneration } from '@orderloom/embedded';
import { readLog } from '@orderloom/sqlite';
import { wireCodec } from '@orderloom/wire';
import { eventsIn, orderloom, orderloomJson, scratchFolder } from '../running.ts';
import { verifyViews } from './verify-views.ts';

const TUTORIAL = join(import.meta.dirname, '../../../../docs/tutorial/orders.ocel.csv');
const scratch = scratchFolder();
const sound = join(scratch.path, 'sound');
const registry = domainRegistry({ stepper: tableStepper });

beforeAll(async () => {
  await orderloomJson('import', 'ocel', TUTORIAL, '--data', sound);
}, 240_000);
afterAll(scratch.remove);

let copies = 0;
const copyOf = (folder: string): string => {
  const copy = join(scratch.path, `copy-${++copies}`);
  cpSync(folder, copy, { recursive: true });
  return copy;
};
const viewsOf = (folder: string): string =>
  join(folder, readdirSync(folder).find((name) => /^views-\w+\.db$/.test(name)) ?? '');

/** A copy in which these statements have changed the views. */
const changed = (sql: string): string => {
  const folder = copyOf(sound);
  const database = new DatabaseSync(viewsOf(folder));
  database.exec(sql);
  database.close();
  return folder;
};

const verified = async (folder: string) => {
  const log = readLog(folder);
  const codec = wireCodec();
  codec.bind(log.schemas);
  const generation = liveGeneration(folder, registry) ?? '';
  const found = await verifyViews({ folder, generation, log, codec, registry });
  log.close();
  return found;
};

const AN_ORDER = `(select n from document where view = 'order' order by id limit 1)`;
const CHANGED = `update document set body = json_set(body`;

describe('verify', () => {
  test('finds nothing in the views that an engine left', async () => {
    const { verdict, violations } = await verified(sound);
    expect(violations).toEqual([]);
    expect(verdict).toMatchObject({ differences: 0, index: eventsIn(sound).length });
    expect(verdict!.documents).toBeGreaterThan(50);
    const { code, out } = await orderloom('verify', '--data', sound);
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/No violation\.\n\d+ documents and \d+ histories/),
    ]);
  }, 60_000);

  test.each<[string, string, RegExp]>([
    [
      'an amount',
      `${CHANGED}, '$.state.money.paid', 1) where n = ${AN_ORDER}`,
      /says state\.money\.paid is 1, the log \d+/,
    ],
    [
      'a status',
      `${CHANGED}, '$.status.payment', 'lost') where n = ${AN_ORDER}`,
      /status\.payment is "lost", the log "/,
    ],
    ['a member too many', `${CHANGED}, '$.more', 1) where n = ${AN_ORDER}`, /more is 1, the log nothing/],
    [
      'a version',
      `update document set version = version + 1 where n = ${AN_ORDER}`,
      /shows a version that the log does not have/,
    ],
    [
      'a list',
      `delete from list_entry where document = ${AN_ORDER} and list like '%all:'`,
      /does not show what the log says/,
    ],
    ['a document', `delete from document where n = ${AN_ORDER}`, /does not have it|a list/],
    ['a sum', `update list_sum set amount = amount + 1 where name = 'revenue'`, /documents add up to/],
    ['a history', `delete from stream_chunk where n = (select max(n) from stream_chunk)`, /the stream store/],
  ])('finds %s that was changed', async (_, sql, problem) => {
    const { violations } = await verified(changed(sql));
    expect(violations).toHaveLength(1);
    expect(violations[0]!.problem).toMatch(problem);
  });

  test('ends with code 1, and names the order', async () => {
    const folder = changed(`${CHANGED}, '$.state.money.paid', 1) where n = ${AN_ORDER}`);
    const { code, out } = await orderloom('verify', '--data', folder, '--json');
    const { violations } = JSON.parse(out) as { violations: readonly { stream: string }[] };
    expect([code, violations.length]).toEqual([1, 1]);
    expect(violations[0]!.stream).toMatch(/^ocel\/order\/\w+$/);
  }, 60_000);

  test('says so where the file is damaged, and compares nothing where it is gone', async () => {
    const damaged = copyOf(sound);
    const bytes = readFileSync(viewsOf(damaged));
    bytes.fill(0x5a, Math.floor(bytes.length / 3));
    writeFileSync(viewsOf(damaged), bytes);
    expect((await verified(damaged)).violations[0]?.problem).toMatch(/cannot be read|does not/);
    const gone = copyOf(sound);
    rmSync(viewsOf(gone));
    expect(await verified(gone)).toEqual({ verdict: null, violations: [] });
  });
});
