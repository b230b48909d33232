// The events of a log as a stranger reads them: a plain consumer, none of the engine's own checks.
import { eventReader, kafkaClient, schemaNumbers, topicNames } from '@orderloom/kafka';
import type { LogEvent } from '@orderloom/testing';
import { wireCodec } from '@orderloom/wire';
import { until } from '../promises/until.ts';
import { exampleOptions, type ProgramOptions } from './options.ts';

/** Every committed event, in the order of each partition. */
export const readLog = async (options: ProgramOptions): Promise<readonly LogEvent[]> => {
  const { schemaIds, cluster } = exampleOptions(options);
  const codec = wireCodec();
  const read = eventReader(codec, schemaNumbers(codec, schemaIds));
  const kafka = kafkaClient({ ...cluster, clientId: 'stranger' });
  const { events: topic } = topicNames(options.prefix);
  const admin = kafka.admin();
  await admin.connect();
  const ends = new Map(
    (await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, Number(high)]),
  );
  await admin.disconnect();
  const byPartition = new Map<number, LogEvent[]>();
  const reached = new Map<number, number>();
  const groupId = `stranger-${options.prefix}-${String(Date.now())}`;
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100 });
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
    reached.set(payload.partition, Number(payload.lastOffset) + 1);
  });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      const events = byPartition.get(batch.partition) ?? [];
      byPartition.set(batch.partition, events);
      for (const message of batch.messages) {
        const { event, identity } = codec.readFrame(read(message).frame, 0);
        events.push({ ...event, identity });
      }
    },
  });
  await until('the log to be read', () =>
    [...ends].every(([partition, end]) => (reached.get(partition) ?? 0) >= end),
  );
  await consumer.disconnect();
  return [...byPartition.values()].flat();
};
