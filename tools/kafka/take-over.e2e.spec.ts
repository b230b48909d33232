// Processes that own partitions come and go under load: one is killed, others join and leave. Whatever happens, the log is
// as if there had been one writer. What happens where nobody is fenced is in frozen-inside.e2e.spec.ts.
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { KAFKA_LIBRARIES, kafkaThrough } from '@orderloom/stack';
import { throughEach } from '@orderloom/testing';
import { size } from '../promises/size.ts';
import { until } from '../promises/until.ts';
import { checkedLoad, type CheckedLoad } from './checked-load.ts';
import { onBrokers } from './on-brokers.ts';
import type { ProgramOptions } from './options.ts';
import { endAll, startProcessors, untilShared } from './processes.ts';
import { freshTopics } from './shop.ts';

jest.setTimeout(size(240_000, 900_000));

const PARTITIONS = 6;
const ANSWERS = size(150, 5_000);
const WAIT_MS = 10_000;
const TAKEN_OVER_WITHIN_MS = size(120_000, 30_000);
const JOINS = size(2, 24);
const EVERY_MS = size(0, 5_000);
/** Share of the throughput that is kept; a machine that runs other suites beside it says nothing about that. */
const LEAST_KEPT = size(0, 0.5);

throughEach('processes that take partitions over', KAFKA_LIBRARIES, kafkaThrough, (library, found) => {
  describe('a process that owns partitions', () => {
    const { brokers, closers } = onBrokers(async () => found());
    afterAll(endAll);

    const busyShop = async (topics: ProgramOptions): Promise<CheckedLoad> => {
      const load = await checkedLoad(topics, { seed: 51, waitMs: WAIT_MS, clients: 16 });
      closers.push(load.stop);
      load.begin();
      await load.answered(ANSWERS);
      return load;
    };
    const expectWhole = async (load: CheckedLoad): Promise<void> => {
      await load.finish();
      const report = await load.check();
      expect(report.violations).toEqual([]);
      expect(report.passed).toBe(true);
    };

    test('is killed: the other one takes over, and nothing acknowledged is lost or done twice', async () => {
      const topics = { ...(await freshTopics(brokers(), PARTITIONS)), client: library };
      const [first, second] = [startProcessors(topics), startProcessors(topics)];
      await untilShared([first, second], PARTITIONS);
      const load = await busyShop(topics);
      const isTakenOver = load.history.fault('killed');
      await first.end('SIGKILL');
      await untilShared([second], PARTITIONS, TAKEN_OVER_WITHIN_MS);
      await load.answered(ANSWERS);
      isTakenOver();
      await load.answered(ANSWERS);
      await expectWhole(load);
      await second.end('SIGTERM');
    });

    test('goes on while others join and leave', async () => {
      const topics = { ...(await freshTopics(brokers(), PARTITIONS)), client: library };
      const first = startProcessors(topics);
      await untilShared([first], PARTITIONS);
      const load = await busyShop(topics);
      const rate = async (): Promise<number> => {
        const began = performance.now();
        await load.answered(ANSWERS);
        return ANSWERS / (performance.now() - began);
      };
      const before = await rate();
      const rates: number[] = [];
      for (let n = 0; n < JOINS; n++) {
        const nextAt = Date.now() + EVERY_MS;
        const newcomer = startProcessors(topics);
        rates.push(await rate());
        await untilShared([first, newcomer], PARTITIONS);
        await until('the next join', () => Date.now() > nextAt);
        await newcomer.end('SIGTERM');
      }
      const kept = rates.reduce((sum, one) => sum + one, 0) / rates.length / before;
      expect(kept).toBeGreaterThan(LEAST_KEPT);
      await expectWhole(load);
      await first.end('SIGTERM');
    });
  });
});
