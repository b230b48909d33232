// Two processes share the partitions. One is killed, or stopped so long that it is thrown out and then goes on: whatever
// happens, the log is as if there had been one writer. With a transactional id per process instead of per partition
// nobody is fenced, and the same check finds what a zombie writes.
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Engine } from '@orderloom/engine';
import { obstacleTo, sharedServer } from '@orderloom/stack';
import { leftOut } from '@orderloom/testing';
import { size } from '../promises/size.ts';
import { until } from '../promises/until.ts';
import type { ProgramOptions } from './options.ts';
import { endAll, startProcessors, untilShared } from './processes.ts';
import { readLog } from './read-log.ts';
import { freshTopics, keepSelling, openShop, place } from './shop.ts';
import { violations } from './violations.ts';

const obstacle = obstacleTo('kafka');
if (obstacle !== undefined) leftOut('processes that take partitions over', obstacle);
const here = obstacle === undefined ? describe : describe.skip;
jest.setTimeout(240_000);

const PARTITIONS = 6;
const AT_ONCE = 16;
const BURST = size(6_000, 20_000);
/** Longer than the group's session, shorter than an open transaction lives. */
const STOPPED_MS = 8_500;
const TAKEN_OVER_WITHIN_MS = 30_000;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

here('a process that owns partitions', () => {
  let brokers: readonly string[] = [];
  let shop: Engine | undefined;
  beforeAll(async () => {
    brokers = (await sharedServer('kafka')).urls;
  }, 900_000);
  afterEach(async () => {
    await shop?.stop();
    shop = undefined;
  });
  afterAll(endAll);

  const twoProcesses = async (mechanisms?: ProgramOptions['mechanisms']) => {
    const topics = await freshTopics(brokers, PARTITIONS);
    const options: ProgramOptions = { ...topics, ...(mechanisms === undefined ? {} : { mechanisms }) };
    const first = startProcessors(options);
    await untilShared([first], PARTITIONS);
    shop = await openShop(topics);
    const second = startProcessors(options);
    await untilShared([first, second], PARTITIONS);
    return { topics, first, second, shop };
  };

  test('is killed: the other one takes over, and nothing acknowledged is lost or done twice', async () => {
    const { topics, first, second, shop: open } = await twoProcesses();
    const selling = keepSelling(open, AT_ONCE);
    await until('the first sales', () => selling.answers.length > 200);
    await first.end('SIGKILL');
    const killedAt = Date.now();
    await untilShared([second], PARTITIONS);
    expect(Date.now() - killedAt).toBeLessThan(TAKEN_OVER_WITHIN_MS);
    const before = selling.answers.length;
    await until('sales after it', () => selling.answers.length > before + 200);
    const answers = await selling.end();
    await second.end('SIGTERM');
    expect(answers.filter(({ outcome }) => outcome !== 'accepted' && outcome !== 'duplicate')).toEqual([]);
    expect(violations(await readLog(topics), answers)).toEqual([]);
  });

  /** Stops one process in the middle of a burst until it is thrown out, and lets it go on as a zombie. */
  const zombieRun = async (mechanisms?: ProgramOptions['mechanisms']): Promise<readonly string[]> => {
    const { topics, first, second, shop: open } = await twoProcesses(mechanisms);
    let answered = 0;
    const burst = Array.from({ length: BURST }, async (_, n) => {
      const answer = await open.send(place(`burst-${String(n)}`));
      answered++;
      return answer;
    });
    await until('the burst to be under way', () => answered > 300);
    first.signal('SIGSTOP');
    await wait(STOPPED_MS);
    await until('the second one to have all', () => second.open().length === PARTITIONS);
    first.signal('SIGCONT');
    const answers = await Promise.all(burst);
    await untilShared([first, second], PARTITIONS);
    await Promise.all([first.end('SIGTERM'), second.end('SIGTERM')]);
    return violations(await readLog(topics), answers);
  };

  test('goes on after it was thrown out: it is fenced, and writes nothing more', async () => {
    expect(await zombieRun()).toEqual([]);
  });

  test('null control: with a transactional id per process the zombie writes, and it is noticed', async () => {
    expect((await zombieRun({ fencing: 'by-process' })).length).toBeGreaterThan(0);
  });
});
