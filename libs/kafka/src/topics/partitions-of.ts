import { EngineError } from '@orderloom/engine';
import type { KafkaClient } from '../client/client-port.ts';
import { topicNames } from './topic-names.ts';

/**
 * How many partitions the events topic has: whoever only reads takes the count from there.
 * Throws `log-unavailable` where the topic is not there yet.
 */
export const partitionsOf = async (kafka: Pick<KafkaClient, 'reader'>, prefix?: string): Promise<number> => {
  const { events } = topicNames(prefix);
  try {
    const reader = await kafka.reader([events], 'committed');
    try {
      return (await reader.offsets(events, 'end')).length;
    } finally {
      await reader.close();
    }
  } catch (error) {
    throw new EngineError('log-unavailable', `there is no topic ${events}: make the topics first`, {
      retryable: true,
      cause: error,
    });
  }
};
