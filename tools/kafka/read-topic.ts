import { kafkaJs } from '@orderloom/kafka';
import { until } from '../promises/until.ts';
import { exampleOptions, type ProgramOptions } from './options.ts';

/** A committed record, as any consumer gets it. */
export type TopicRecord = {
  readonly partition: number;
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer | string | (Buffer | string)[] | undefined>>;
};

let groups = 0;

/** Every record of a topic that is committed now, in the order of each partition: a plain consumer, none of the engine's own code. */
export const readTopic = async (options: ProgramOptions, topic: string): Promise<readonly TopicRecord[]> => {
  const kafka = kafkaJs({ ...exampleOptions(options).cluster, clientId: 'stranger' });
  const admin = kafka.admin();
  await admin.connect();
  const ends = new Map(
    (await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, Number(high)]),
  );
  await admin.disconnect();
  const byPartition = new Map<number, TopicRecord[]>();
  const reached = new Map<number, number>();
  const next = new Map<number, number>();
  const groupId = `stranger-${options.prefix}-${String(process.pid)}-${String(++groups)}`;
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100 });
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
    reached.set(payload.partition, Number(payload.lastOffset) + 1);
  });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch: { partition, messages } }) => {
      const records = byPartition.get(partition) ?? [];
      byPartition.set(partition, records);
      for (const { key, value, headers = {}, offset } of messages) {
        // A consumer that had to join again reads again; what is twice in the topic has two offsets.
        if (Number(offset) < (next.get(partition) ?? 0)) continue;
        next.set(partition, Number(offset) + 1);
        records.push({ partition, offset: Number(offset), key, value, headers });
      }
    },
  });
  await until('the topic to be read', () =>
    [...ends].every(([partition, end]) => (reached.get(partition) ?? 0) >= end),
  );
  await consumer.disconnect();
  return [...byPartition.values()].flat();
};
