// A process is frozen in the middle of a transaction that has written to other partitions' internal lanes, so long that it
// is thrown out, and goes on: it is fenced, and what it had begun never was; who waits for answers of others waits on for a
// second. With a transactional id per process nobody is fenced, its transaction is committed after all, and the same
// check finds it; and where nobody ends the open transaction, whose answers lie behind it waits until the group has
// noticed that the process stands still.
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { KAFKA_LIBRARIES, kafkaThrough } from '@orderloom/stack';
import { type HistoryReport, noticed, throughEach } from '@orderloom/testing';
import { size } from '../promises/size.ts';
import { until } from '../promises/until.ts';
import { noticedByChance } from './by-chance.ts';
import { checkedLoad } from './checked-load.ts';
import { onBrokers } from './on-brokers.ts';
import type { ProgramOptions } from './options.ts';
import { endAll, startProcessors, untilShared, type ProcessorsProcess } from './processes.ts';
import { freshTopics } from './shop.ts';
import { measureWaits } from './waits.ts';

jest.setTimeout(400_000);

const PARTITIONS = 4;
const ANSWERS = size(100, 5_000);
const WAIT_MS = 5_000;
const WITHIN_MS = size(120_000, 600_000);
/** Longer than the group's session, shorter than an open transaction lives. */
const FROZEN_MS = 8_500;
/** What does harm when it goes on must still be open then, on a busy machine too. */
const LEFT_OPEN_MS = 60_000;
/**
 * What 99 of 100 commands of the other process's partitions may wait meanwhile: a second, where nothing else runs on the
 * machine. At CI size another suite does; the null control waits for six.
 */
const OTHERS_MS = size(3_000, 2_000);

throughEach('frozen inside a transaction', KAFKA_LIBRARIES, kafkaThrough, (library, found) => {
  describe('a process that is frozen inside a transaction', () => {
    const { brokers, closers } = onBrokers(async () => found());
    afterAll(endAll);

    const run = async (
      how: Pick<ProgramOptions, 'mechanisms' | 'transactionTimeoutMs'> = {},
      onStart: (processes: readonly ProcessorsProcess[]) => void = () => undefined,
    ): Promise<HistoryReport & { readonly othersP99: number }> => {
      const topics = { ...(await freshTopics(brokers(), PARTITIONS)), client: library };
      const options: ProgramOptions = { ...topics, ...how };
      const [first, second] = [startProcessors(options), startProcessors(options)];
      onStart([first, second]);
      await untilShared([first, second], PARTITIONS);
      const load = await checkedLoad(topics, { seed: 41, waitMs: WAIT_MS, clients: 12 });
      closers.push(load.stop);
      load.begin();
      await load.answered(ANSWERS);
      const goesOn = load.history.fault('frozen inside a transaction');
      const others = measureWaits(load.engine, { partitions: second.open(), of: PARTITIONS });
      first.signal('SIGUSR2');
      const frozenAt = Date.now();
      await until('the second one to have all', () => second.open().length === PARTITIONS);
      await until('its time to be over', () => Date.now() > frozenAt + FROZEN_MS);
      others.stop();
      first.signal('SIGCONT');
      const othersP99 = await others.p99();
      await load.answered(ANSWERS);
      await untilShared([first, second], PARTITIONS);
      goesOn();
      await load.answered(ANSWERS);
      await load.finish();
      await Promise.all([first.end('SIGTERM'), second.end('SIGTERM')]);
      return { ...(await load.check()), othersP99 };
    };

    test('writes nothing more when it goes on', async () => {
      const report = await run();
      expect(report.violations).toEqual([]);
      expect(report.passed).toBe(true);
      process.stdout.write(
        `while one was frozen, 99 of 100 others waited at most ${report.othersP99.toFixed(0)} ms\n`,
      );
      // librdkafka cannot be asked for open transactions.
      if (library === 'kafkajs') expect(report.othersP99).toBeLessThan(OTHERS_MS);
    });

    if (library === 'kafkajs')
      test('null control: others wait where nobody ends the transaction that it has left open', async () => {
        expect((await run({ mechanisms: { stuckTransactions: 'left' } })).othersP99).toBeGreaterThan(
          OTHERS_MS,
        );
      });

    /** The checks that noticed, in one run, that each process has an id of its own. */
    const noticedOnce = async (): Promise<readonly string[]> => {
      let processes: readonly ProcessorsProcess[] = [];
      let isOver = false;
      const isTorn = (): boolean =>
        processes.some((one) => one.problems().some((said) => said.includes('a group begins with')));
      // A group that gives the partition back lets its owner find out: it does not decide on a log that two have written.
      const byItsOwner = until('a log that is torn', () => isOver || isTorn(), WITHIN_MS).then(() => {
        if (!isTorn()) throw new Error('no owner has found a torn log');
        return ['its owner'];
      });
      const byTheReader = run(
        {
          mechanisms: { fencing: 'by-process', stuckTransactions: 'left' },
          transactionTimeoutMs: LEFT_OPEN_MS,
        },
        (started) => (processes = started),
      )
        .finally(() => (isOver = true))
        .then((report) => noticed(report, 'fencing'));
      for (const outcome of [byItsOwner, byTheReader]) outcome.catch(() => undefined);
      return Promise.any([byItsOwner, byTheReader]);
    };

    test('null control: writes what it had begun, where its id is its own, and it is noticed', async () => {
      // Where the broker has ended its transaction before it goes on, it does no harm.
      expect(await noticedByChance(noticedOnce)).not.toEqual([]);
    });
  });
});
