// Two processes that stand by for each other, with many open orders in their memory: one is killed, and every partition
// decides again within the session's six seconds and the last few events. Without standing by whoever takes a partition
// over reads it from its first event.
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import type { CommandRequest, Engine } from '@orderloom/engine';
import { ensureTenant } from '@orderloom/embedded';
import { openEngine, untilDecided } from '@orderloom/distributed';
import { commandWriter, kafkaJs, topicNames } from '@orderloom/kafka';
import { obstacleTo } from '@orderloom/stack';
import { leftOut } from '@orderloom/testing';
import { wireCommands } from '@orderloom/wire';
import { size } from '../promises/size.ts';
import { until } from '../promises/until.ts';
import { checkedLoad } from './checked-load.ts';
import { onBrokers } from './on-brokers.ts';
import { exampleOptions, type ProgramOptions } from './options.ts';
import { endAll, startProcessors, untilShared, untilStandingBy } from './processes.ts';
import { freshTopics, place } from './shop.ts';
import { untilAllDecide } from './waits.ts';

const obstacle = obstacleTo('kafka');
if (obstacle !== undefined) leftOut('processes that stand by', obstacle);
const here = obstacle === undefined ? describe : describe.skip;
jest.setTimeout(size(240_000, 3_600_000));

const PARTITIONS = 12;
const ORDERS = size(1_000, 1_000_000);
const TRIALS = size(1, 10);
const ANSWERS = size(100, 2_000);
const WAIT_MS = 20_000;
/** At CI size the machine may be busy with other suites: whoever reads every partition from its first event takes longer. */
const WITHIN_MS = size(60_000, 10_000);
const CHUNK = 1_000;
const MASS = 'mass';
/** Enough that each partition has some of them. */
const LAST = 200;
const LONG_MS = 900_000;

here('two processes that stand by for each other', () => {
  const { brokers, closers } = onBrokers();
  afterAll(endAll);

  const ofMass = (request: CommandRequest): CommandRequest => ({
    ...request,
    stream: { ...request.stream, tenant: MASS },
  });

  /** Open orders of another tenant, decided by the processors that run: bulk, so that nobody waits behind them. */
  const fill = async (topics: ProgramOptions, engine: Engine): Promise<void> => {
    await untilDecided(() => ensureTenant(engine, MASS));
    const write = commandWriter(wireCommands(), exampleOptions(topics).schemaIds);
    const producer = kafkaJs({ brokers: brokers(), clientId: 'importer' }).producer();
    await producer.connect();
    for (let at = 0; at < ORDERS; at += CHUNK) {
      const messages = Array.from({ length: CHUNK }, (_, n) => write(ofMass(place(String(at + n)))));
      await producer.send({ topic: topicNames(topics.prefix).bulk, messages });
    }
    await producer.disconnect();
  };

  /** The last orders of each partition are among the last of all. */
  const decided = async (engine: Engine): Promise<void> => {
    for (let n = ORDERS - LAST; n < ORDERS; n++)
      await until(
        'the mass to be decided',
        async () => (await engine.send(ofMass(place(String(n))))).outcome === 'duplicate',
        LONG_MS,
      );
  };

  test('go on within ten seconds of one’s being killed, and nothing acknowledged is lost or done twice', async () => {
    const topics = { ...(await freshTopics(brokers(), PARTITIONS)), standby: true };
    let [stays, goes] = [startProcessors(topics), startProcessors(topics)];
    await untilShared([stays, goes], PARTITIONS);
    const { engine } = await openEngine({ ...exampleOptions(topics), waitMs: WAIT_MS });
    closers.push(engine.stop);
    await fill(topics, engine);
    await decided(engine);
    const load = await checkedLoad(topics, { seed: 61, waitMs: WAIT_MS, clients: 12 });
    closers.push(load.stop);
    load.begin();
    await load.answered(ANSWERS);
    const took: number[] = [];
    for (let trial = 0; trial < TRIALS; trial++) {
      const isTakenOver = load.history.fault('killed');
      const killedAt = performance.now();
      await goes.end('SIGKILL');
      await untilAllDecide(load.engine, { of: PARTITIONS, run: `trial-${String(trial)}` });
      took.push(performance.now() - killedAt);
      isTakenOver();
      [stays, goes] = [startProcessors(topics), stays];
      await untilShared([stays, goes], PARTITIONS, LONG_MS);
      await untilStandingBy([stays, goes], PARTITIONS);
      await load.answered(ANSWERS);
    }
    await load.finish();
    process.stdout.write(
      `${String(ORDERS)} open orders, decided again after ${took.map((ms) => (ms / 1000).toFixed(1)).join(', ')} s\n`,
    );
    expect(Math.max(...took)).toBeLessThan(WITHIN_MS);
    const report = await load.check();
    expect(report.violations).toEqual([]);
    expect(report.passed).toBe(true);
    await Promise.all([stays.end('SIGTERM'), goes.end('SIGTERM')]);
  });
});
