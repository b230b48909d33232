// A transaction of the processors fails at each of its steps, under load: whatever the broker made of it, nothing
// acknowledged is lost and nothing is done twice. A commit that is not one, and of which nobody is told, is noticed.
import { describe, expect, jest, test } from '@jest/globals';
import { kafkaClient } from '@orderloom/kafka';
import { KAFKA_LIBRARIES, kafkaThrough } from '@orderloom/stack';
import { noticed, throughEach } from '@orderloom/testing';
import { size } from '../promises/size.ts';
import { noticedByChance } from './by-chance.ts';
import { checkedLoad, type CheckedLoad } from './checked-load.ts';
import { hurtProducers, STEPS, type Hurt, type HurtProducers, type Step } from './hurt-producers.ts';
import { onBrokers } from './on-brokers.ts';
import { exampleOptions } from './options.ts';
import { processorsWith } from './processors-with.ts';
import { freshTopics } from './shop.ts';

jest.setTimeout(size(180_000, 900_000));

const PARTITIONS = 3;
const ANSWERS = size(40, 1_000);
const ROUNDS = size(1, 20);
const UNNOTICED = 8;
const FEW = 10;
const WAIT_MS = 5_000;
const EACH: readonly (readonly [Step, Hurt])[] = STEPS.flatMap((step) => [
  [step, 'broken'] as const,
  ...(step === 'committed' ? [] : [[step, 'fenced'] as const]),
]);

throughEach('transactions that fail at each step', KAFKA_LIBRARIES, kafkaThrough, (library, found) => {
  describe('a transaction', () => {
    const { brokers, closers } = onBrokers(async () => found());

    /** A shop under load whose processors' transactions can be hurt. */
    const openShop = async (): Promise<HurtProducers & { readonly load: CheckedLoad }> => {
      const topics = { ...(await freshTopics(brokers(), PARTITIONS)), client: library };
      const producers = hurtProducers(kafkaClient(exampleOptions(topics).cluster));
      const processors = await processorsWith(producers.kafka, topics);
      closers.push(processors.stop);
      const load = await checkedLoad(topics, { seed: 31, waitMs: WAIT_MS, clients: 12 });
      closers.push(load.stop);
      load.begin();
      await load.answered(ANSWERS);
      return { ...producers, load };
    };

    test('fails at each step: nothing acknowledged is lost or done twice', async () => {
      const { load, hurt } = await openShop();
      for (let round = 0; round < ROUNDS; round++)
        for (const [step, how] of EACH) {
          const isOver = load.history.fault(`${step}, ${how}`);
          await hurt(step, how);
          await load.answered(ANSWERS);
          isOver();
        }
      await load.answered(ANSWERS);
      await load.finish();
      const report = await load.check();
      expect(report.violations).toEqual([]);
      expect(report.passed).toBe(true);
    });

    test('null control: is aborted in place of its commit, and it is noticed', async () => {
      // A processor that has to be taken anew soon afterwards decides again what was lost, and all is well: not every time.
      const run = async (): Promise<readonly string[]> => {
        const { load, hurt } = await openShop();
        for (let round = 0; round < UNNOTICED; round++) {
          await hurt('committed', 'unnoticed');
          await load.answered(FEW);
        }
        await load.finish();
        return noticed(await load.check(), 'fencing');
      };
      expect(await noticedByChance(run)).not.toEqual([]);
    });
  });
});
