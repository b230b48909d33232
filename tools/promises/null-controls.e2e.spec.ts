// Invariant: the checker can fail. One run with a full disk and a power cut passes on the engine as it is, and fails
// for each mechanism that is taken away.
import { afterAll, describe, expect, test } from '@jest/globals';
import { EngineError } from '@orderloom/engine';
import {
  checkHistory,
  leftOut,
  noticed,
  powerCut,
  powerCutObstacle,
  recordHistory,
  type HistoryReport,
  type LogEvent,
} from '@orderloom/testing';
import { aDoor } from './door.ts';
import { startEngine, type Taken } from './ipc-engine.ts';
import { aLoad } from './load.ts';
import { readEvents, registry } from './read-events.ts';
import { aFolder, cleanUp } from './scratch.ts';
import { openingCommands, retailWords } from './shop-words.ts';
import { size } from './size.ts';

const ANSWERS = size(150, 2_000);
const FAR = 86_400_000;

const obstacle = powerCutObstacle();
if (obstacle !== undefined) leftOut('null controls of the engine', obstacle);
const here = obstacle === undefined ? describe : describe.skip;

afterAll(cleanUp);

/** Without fsync a power cut can take the whole file, or all of its tables. */
const eventsLeft = (folder: string): LogEvent[] => {
  try {
    return readEvents(folder);
  } catch (error) {
    if (error instanceof EngineError && ['log-missing', 'log-corrupt'].includes(error.code)) return [];
    throw error;
  }
};

const run = async (taken: Taken): Promise<HistoryReport> => {
  const folder = aFolder();
  const cut = powerCut(folder);
  try {
    const history = recordHistory();
    const engine = await startEngine(folder, taken, cut.env);
    const door = aDoor();
    door.open('');
    const words = retailWords({ sealed: false });
    const load = aLoad({ sender: engine, history, words, seed: 13, opened: door.opened });
    await Promise.all(openingCommands(FAR).map((command) => load.insist(command)));
    load.begin();
    await load.answered(ANSWERS);
    const diskIsBack = history.fault('disk full');
    cut.fail('write', 'log.db');
    await load.answered(ANSWERS);
    cut.fail('write', null);
    diskIsBack();
    await load.answered(ANSWERS);
    const powerIsBack = history.fault('power cut');
    door.close();
    await engine.kill();
    cut.restore();
    powerIsBack();
    return checkHistory({ history: history.entries(), log: eventsLeft(folder), registry });
  } finally {
    cut.remove();
  }
};

here('a run with a full disk and a power cut', () => {
  test('passes on the engine as it is', async () => {
    const report = await run({});
    expect(report.violations).toEqual([]);
    expect(report.passed).toBe(true);
    expect(report.figures.acknowledged).toBeGreaterThan(ANSWERS);
  }, 120_000);

  test('fails without the memory of command ids', async () => {
    expect(noticed(await run({ mechanisms: { dedup: false } }), 'dedup')).toEqual(['double-effect']);
  }, 120_000);

  test('fails without fsync', async () => {
    expect(noticed(await run({ durability: 'off' }), 'fsync')).toEqual(['acknowledged-lost']);
  }, 120_000);

  test('fails where callers are answered before the commit', async () => {
    const report = await run({ mechanisms: { acknowledgeAfterCommit: false } });
    expect(noticed(report, 'acknowledgeAfterCommit')).toEqual(['acknowledged-lost']);
  }, 120_000);
});
