import type { StoredGroup } from '@orderloom/engine';
import { fencingProducer } from '../log/fencing-producer.ts';
import { kafkaEventLog } from '../log/kafka-event-log.ts';
import type { ExampleTopics } from './example-topics.ts';

/** Appends groups to one partition of the events topic, each in a transaction, as its only owner. */
export const appendGroups = async (
  topics: ExampleTopics,
  partition: number,
  groups: readonly StoredGroup[],
): Promise<void> => {
  const log = await kafkaEventLog({
    ...topics,
    partition,
    takeProducer: () => fencingProducer(topics.kafka, `${topics.prefix}-log-${String(partition)}`),
    globalType: 'world',
  });
  for (const group of groups) await log.append({ ...group, outbound: [], deadLetters: [], parked: [] });
  await log.close();
};
