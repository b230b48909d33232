import { EngineError } from '@orderloom/engine';
import type { Kafka } from 'kafkajs';
import { topicNames } from './topic-names.ts';

/**
 * How many partitions the events topic has: whoever only reads takes the count from there.
 * Throws `log-unavailable` where the topic is not there yet.
 */
export const partitionsOf = async (kafka: Kafka, prefix?: string): Promise<number> => {
  const { events } = topicNames(prefix);
  const admin = kafka.admin();
  await admin.connect();
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [events] });
    return topics[0]?.partitions.length ?? 0;
  } catch (error) {
    throw new EngineError('log-unavailable', `there is no topic ${events}: make the topics first`, {
      retryable: true,
      cause: error,
    });
  } finally {
    await admin.disconnect();
  }
};
