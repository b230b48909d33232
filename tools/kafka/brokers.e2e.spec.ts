// Brokers that go away under load, with kill -9: one of three, then all of them at once. Nothing acknowledged is lost,
// and with three copies of everything the loss of one is a pause. With one copy it is not: the null control.
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { openProcessors } from '@orderloom/distributed';
import { obstacleTo, ownServer, type OwnServer } from '@orderloom/stack';
import { leftOut } from '@orderloom/testing';
import { size } from '../promises/size.ts';
import { checkedLoad } from './checked-load.ts';
import { exampleOptions, type ProgramOptions } from './options.ts';
import { freshTopics, openShop, place } from './shop.ts';
import { untilAllDecide } from './waits.ts';

const obstacle = obstacleTo('kafka');
if (obstacle !== undefined) leftOut('brokers that are killed', obstacle);
const here = obstacle === undefined ? describe : describe.skip;
jest.setTimeout(size(600_000, 900_000));

const PARTITIONS = 3;
const ANSWERS = size(15, 2_000);
const WAIT_MS = 10_000;
/** Three brokers at once begin slowly where other suites keep the processors busy. */
const PATIENCE_MS = 180_000;

here('brokers', () => {
  let server: OwnServer;
  const closers: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    server = await ownServer('kafka', { brokers: 3 });
  }, 900_000);
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });
  afterAll(() => server.stop());

  const decide = async (topics: ProgramOptions): Promise<void> => {
    const processors = await openProcessors(exampleOptions(topics));
    closers.push(processors.stop);
  };

  test('are killed, one of three and then all: nothing acknowledged is lost or done twice', async () => {
    const topics = await freshTopics(server.urls, PARTITIONS, 'cluster');
    await decide(topics);
    const load = await checkedLoad(topics, {
      seed: 21,
      waitMs: WAIT_MS,
      clients: 8,
      patienceMs: PATIENCE_MS,
    });
    closers.push(load.stop);
    load.begin();
    await load.answered(ANSWERS);

    const oneIsReplaced = load.history.fault('one broker killed');
    await server.kill('SIGKILL', 0);
    await load.answered(ANSWERS);
    await untilAllDecide(load.engine, { of: PARTITIONS, run: 'one-is-replaced' });
    oneIsReplaced();
    await load.answered(ANSWERS);
    await server.restart(0);

    const allAreBack = load.history.fault('all brokers killed');
    await server.kill('SIGKILL');
    await server.restart();
    await load.answered(ANSWERS);
    await untilAllDecide(load.engine, { of: PARTITIONS, run: 'all-are-back' });
    allAreBack();
    await load.answered(ANSWERS);
    await load.finish();

    const report = await load.check();
    expect(report.violations).toEqual([]);
    expect(report.passed).toBe(true);
    // What was refused was answered too.
    expect(report.figures.acknowledged).toBeGreaterThan(4 * ANSWERS);
  });

  test('null control: with one copy of each partition the loss of one broker is noticed', async () => {
    const topics = await freshTopics(server.urls, PARTITIONS, 'dev');
    await decide(topics);
    const shop = await openShop(topics, size(4_000, 10_000));
    closers.push(shop.stop);
    await server.kill('SIGKILL', 1);
    const answers = await Promise.all(
      Array.from({ length: 24 }, (_, n) => shop.send(place(`n-${String(n)}`))),
    );
    expect(answers.filter(({ outcome }) => outcome !== 'accepted').length).toBeGreaterThan(2);
    await server.restart(1);
  });
});
