import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DistributedOptions } from '@orderloom/distributed';
import { kafkaJs, topicNames } from '@orderloom/kafka';
import { quantile } from '../harness/statistics.ts';
import { PARTITIONS } from '../kafka-lifecycle/shop.ts';
import type { Kept } from '../kafka-lifecycle/sample.ts';

export type Steady = {
  readonly shop: DistributedOptions & { readonly prefix: string };
  /** Records a second, all partitions together. */
  readonly rate: number;
  readonly seconds: number;
  /** The n-th record, and its partition. Each must become exactly one event, in the order of its partition. */
  readonly record: (n: number) => Kept & { readonly partition: number };
};

export type SteadyFigures = {
  /** From the instant at which a record was to be produced to its event's arrival at a consumer, ms. */
  readonly p50: number;
  readonly p99: number;
};

/** Told of every committed event from now on, by its partition, as a plain consumer gets it. */
const watchEvents = async (
  { cluster, prefix }: Steady['shop'],
  onEvents: (partition: number, count: number) => void,
): Promise<() => Promise<void>> => {
  const consumer = kafkaJs(cluster).consumer({ groupId: `watch-${randomUUID()}`, maxWaitTimeInMs: 50 });
  await consumer.connect();
  await consumer.subscribe({ topic: topicNames(prefix).events, fromBeginning: false });
  const joined = new Promise<void>((resolve) => consumer.on(consumer.events.GROUP_JOIN, () => resolve()));
  await consumer.run({
    partitionsConsumedConcurrently: PARTITIONS,
    eachBatch: async ({ batch: { partition, messages } }) => onEvents(partition, messages.length),
  });
  await joined;
  return () => consumer.disconnect();
};

/** Until the consumer stands at the end of every partition: its first fetches find out where that is. */
const SETTLED_MS = 1_000;
const PATIENCE_MS = 60_000;

/**
 * Produces records at a fixed rate, those that are due together in one request, whether or not the earlier ones have
 * become events, and measures from the clock. Rejects where not every record becomes an event.
 */
export const steadyRecords = async (steady: Steady): Promise<SteadyFigures> => {
  const { shop, rate, seconds, record } = steady;
  const count = Math.round(rate * seconds);
  const due = Array.from({ length: PARTITIONS }, (): number[] => []);
  const latencies: number[] = [];
  const stopWatching = await watchEvents(shop, (partition, events) => {
    const now = performance.now();
    for (const at of due[partition]?.splice(0, events) ?? []) latencies.push(now - at);
  });
  const producer = kafkaJs(shop.cluster).producer();
  await producer.connect();
  await sleep(SETTLED_MS);
  const topic = topicNames(shop.prefix).commands;
  const started = performance.now();
  const underWay: Promise<unknown>[] = [];
  for (let n = 0; n < count;) {
    const messages: ReturnType<Steady['record']>[] = [];
    for (; n < count && started + (n * 1000) / rate <= performance.now(); n++) {
      const one = record(n);
      due[one.partition]?.push(started + (n * 1000) / rate);
      messages.push(one);
    }
    if (messages.length > 0) underWay.push(producer.send({ topic, acks: -1, messages }));
    await sleep(1);
  }
  await Promise.all(underWay);
  for (const end = performance.now() + PATIENCE_MS; latencies.length < count && performance.now() < end;)
    await sleep(1);
  await Promise.all([stopWatching(), producer.disconnect()]);
  if (latencies.length !== count)
    throw new Error(`${String(count)} records became ${String(latencies.length)} events`);
  return { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) };
};
