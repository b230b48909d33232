import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DistributedOptions } from '@orderloom/distributed';
import { kafkaJs, topicNames } from '@orderloom/kafka';
import { freshShop, PARTITIONS } from './shop.ts';
import { cpuMs } from './processor-time.ts';
import type { Kept, Sample } from './sample.ts';

type Kafka = ReturnType<typeof kafkaJs>;
type Producer = ReturnType<Kafka['producer']>;

/** As many records of one transaction as the processors take at most. */
const STEP_RECORDS = 500;
const FILLED_AT_ONCE = 1000;
const RETRY_MS = 5;
const RETRIES = 100;

/** Records by turns out of a few that were seen, so that bytes and counts are those of the real thing. */
const turns = <T>(of: readonly T[]): (() => T) => {
  let at = 0;
  return () => of[at++ % of.length] as T;
};

const fill = async (kafka: Kafka, topic: string, records: number, next: () => Kept): Promise<void> => {
  const producer = kafka.producer();
  await producer.connect();
  for (let at = 0; at < records; at += FILLED_AT_ONCE) {
    const messages = Array.from({ length: Math.min(FILLED_AT_ONCE, records - at) }, (_, index) => ({
      ...next(),
      partition: (at + index) % PARTITIONS,
    }));
    await producer.send({ topic, acks: -1, messages });
  }
  await producer.disconnect();
};

/** The broker may still be writing the markers of the transaction before. */
const patiently = async (work: () => Promise<void>): Promise<void> => {
  for (let tried = 0; ; tried++)
    try {
      await work();
      return;
    } catch (error) {
      if (tried >= RETRIES) throw error;
      await sleep(RETRY_MS);
    }
};

export type BareLoop = { readonly stop: () => Promise<void> };

/**
 * Reads records and writes as many others, one transactional producer a partition, at most 500 records a transaction:
 * what an engine on these topics cannot do without, and nothing else. Runs until it is stopped.
 */
export const startBareLoop = async (
  shop: DistributedOptions & { readonly prefix: string },
  sample: Sample,
  {
    onBatch = () => undefined,
    onDone = () => undefined,
    onFailure,
  }: {
    readonly onBatch?: () => void;
    /** So many more records are committed. */
    readonly onDone?: (records: number) => void;
    readonly onFailure: (error: unknown) => void;
  },
): Promise<BareLoop> => {
  const names = topicNames(shop.prefix);
  const kafka = kafkaJs(shop.cluster);
  const [event, sent] = [turns(sample.events), turns(sample.sent)];
  const producers = new Map<number, Producer>();
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const transactionalId = `${shop.prefix}-${partition}`;
    const producer = kafka.producer({ transactionalId, idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    producers.set(partition, producer);
  }
  const groupId = `${shop.prefix}-${randomUUID()}`;
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 50 });
  await consumer.connect();
  await consumer.subscribe({ topic: names.commands, fromBeginning: true });
  const joined = new Promise<void>((resolve) => consumer.on(consumer.events.GROUP_JOIN, () => resolve()));
  let [owedEvents, owedSent] = [0, 0];
  const step = async (partition: number, count: number, offset: string): Promise<void> => {
    owedEvents += count * sample.eventsPerRecord;
    owedSent += count * sample.sentPerRecord;
    const events = Array.from({ length: Math.floor(owedEvents) }, () => ({ ...event(), partition }));
    const commands = Array.from({ length: Math.floor(owedSent) }, (_, at) => ({
      ...sent(),
      partition: at % PARTITIONS,
    }));
    owedEvents -= events.length;
    owedSent -= commands.length;
    const transaction = await producers.get(partition)?.transaction();
    if (transaction === undefined) throw new Error(`there is no partition ${partition}`);
    const topicMessages = [
      { topic: names.events, messages: events },
      { topic: names.internal, messages: commands },
    ].filter(({ messages }) => messages.length > 0);
    await transaction.sendBatch({ acks: -1, topicMessages });
    const topics = [{ topic: names.commands, partitions: [{ partition, offset }] }];
    await patiently(() => transaction.sendOffsets({ consumerGroupId: groupId, topics }));
    await transaction.commit();
    onDone(count);
  };
  consumer
    .run({
      autoCommit: false,
      partitionsConsumedConcurrently: PARTITIONS,
      eachBatch: async (payload) => {
        const { partition, messages } = payload.batch;
        onBatch();
        for (let at = 0; at < messages.length; at += STEP_RECORDS) {
          const some = messages.slice(at, at + STEP_RECORDS);
          const last = some.at(-1)?.offset ?? '0';
          await step(partition, some.length, String(Number(last) + 1)).catch((error: unknown) => {
            onFailure(error);
            throw error;
          });
          payload.resolveOffset(last);
        }
      },
    })
    .catch(onFailure);
  await joined;
  return {
    stop: async () => {
      await consumer.disconnect();
      await Promise.all([...producers.values()].map((producer) => producer.disconnect()));
    },
  };
};

/** Gives the time from the first batch to the last and what the process has used of its processors meanwhile, ms. */
export const bareLoop = async (
  brokers: readonly string[],
  sample: Sample,
  records: number,
): Promise<{ readonly ms: number; readonly usedMs: number }> => {
  const shop = await freshShop(brokers);
  await fill(kafkaJs(shop.cluster), topicNames(shop.prefix).commands, records, turns(sample.input));
  let [began, done] = [0, 0];
  const usedBefore = cpuMs();
  const loop: { running?: BareLoop } = {};
  const ms = await new Promise<number>((resolve, reject) => {
    const running = startBareLoop(shop, sample, {
      onBatch: () => (began ||= performance.now()),
      onDone: (count) => {
        done += count;
        if (done >= records) resolve(performance.now() - began);
      },
      onFailure: (error) => reject(error instanceof Error ? error : new Error('a step failed')),
    });
    running.then((started) => (loop.running = started), reject);
  });
  const usedMs = cpuMs() - usedBefore;
  await loop.running?.stop();
  return { ms, usedMs };
};
