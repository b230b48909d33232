import type { Consumer, Kafka } from 'kafkajs';

export type EventGroupParts = {
  readonly kafka: Kafka;
  readonly groupId: string;
  readonly topic: string;
  /** Told of the partitions of this process, each time that the group deals them out. */
  readonly onGiven: (partitions: readonly number[]) => void;
  readonly onProblem: (error: unknown) => void;
};

export type EventGroup = {
  readonly start: () => Promise<void>;
  /** Where others can see how far a partition has been read. */
  readonly commit: (
    partition: number,
    mark: { readonly index: number; readonly offset: number },
  ) => Promise<void>;
  readonly stop: () => Promise<void>;
};

const SESSION_TIMEOUT_MS = 10_000;
const HEARTBEAT_MS = 1000;

/**
 * A consumer group that only says who reads what. Its consumer is paused and fetches nothing: views are read on from
 * their own checkpoints, and a partition that waits for its store must not hold up the others' heartbeats.
 */
export const eventGroup = ({ kafka, groupId, topic, onGiven, onProblem }: EventGroupParts): EventGroup => {
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
