import type { Consumer, Kafka } from 'kafkajs';
import type { EventGroup, EventGroupParts } from '../client/client-port.ts';

const SESSION_TIMEOUT_MS = 10_000;
const HEARTBEAT_MS = 1000;

/**
 * Its consumer is paused and fetches nothing: views are read on from their own checkpoints, and a partition that waits
 * for its store must not hold up the others' heartbeats.
 */
export const kafkajsEventGroup = (
  kafka: Kafka,
  { groupId, topic, onGiven, onProblem }: EventGroupParts,
): EventGroup => {
  let stopping = false;
  const consumer: Consumer = kafka.consumer({
    groupId,
    sessionTimeout: SESSION_TIMEOUT_MS,
    heartbeatInterval: HEARTBEAT_MS,
    maxWaitTimeInMs: HEARTBEAT_MS / 2,
    retry: { retries: 20, restartOnFailure: async () => !stopping },
  });
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    consumer.pause([{ topic }]);
    onGiven(payload.memberAssignment[topic] ?? []);
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    onProblem(payload.error);
  });
  return {
    start: async () => {
      await consumer.connect();
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        eachBatch: async (payload) => void payload.pause(),
      });
    },
    commit: async (partition, { index, offset }) => {
      await consumer.commitOffsets([{ topic, partition, offset: String(offset), metadata: String(index) }]);
    },
    stop: async () => {
      stopping = true;
      await consumer.disconnect();
    },
  };
};
