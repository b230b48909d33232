import { setTimeout as pause } from 'node:timers/promises';
import type { Cluster, Kafka, KafkaMessage } from 'kafkajs';
import type { Side, TopicReader } from '../client/client-port.ts';
import { withoutAborted } from './aborted-transactions.ts';
import { clusterOf } from './cluster-of.ts';

type FetchedMessage = KafkaMessage & {
  readonly isControlRecord: boolean;
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean };
};
type FetchedPartition = {
  readonly messages: readonly FetchedMessage[];
  readonly abortedTransactions:
    readonly { readonly producerId: string; readonly firstOffset: string }[] | null;
};
type Fetched = { readonly responses: readonly { readonly partitions: readonly FetchedPartition[] }[] };

const READ_COMMITTED = 1;
const FETCH_BYTES = 4 << 20;
/** A look is after one record; a broker gives one batch at least. */
const LOOK_BYTES = 4 << 10;
const LOOK_WAIT_MS = 100;
const RETRIES = 40;
const RETRY_MS = 50;

const isRetriable = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'retriable' in error && error.retriable === true;

/** Leaders move; of a new topic a broker hears later than another, and of its leaders: asked again with fresh metadata, for two seconds. */
const persistently = async <T>(cluster: Cluster, ask: () => Promise<T>): Promise<T> => {
  for (let tried = 1; ; tried++)
    try {
      return await ask();
    } catch (error) {
      if (!isRetriable(error) || tried >= RETRIES) throw error;
      await pause(RETRY_MS);
      await cluster.refreshMetadata();
    }
};

/** A fetch gives whole batches: what is in front of the offset asked for is left out. */
const readBatch = (from: number, fetched: FetchedPartition | undefined) => {
  const messages = (fetched?.messages ?? []).filter(({ offset }) => Number(offset) >= from);
  const last = messages.at(-1);
  if (fetched === undefined || last === undefined) return { messages: [], next: from };
  return {
    messages: withoutAborted(messages, fetched.abortedTransactions).filter(
      ({ isControlRecord }) => !isControlRecord,
    ),
    next: Number(last.offset) + 1,
  };
};

/** Reads without a consumer group. */
export const kafkajsReader = async (
  kafka: Kafka,
  topics: readonly string[],
  isolation: 'committed' | 'uncommitted',
): Promise<TopicReader> => {
  const { cluster, close } = clusterOf(kafka, isolation);
  await cluster.connect();
  try {
    await persistently(cluster, () => cluster.addMultipleTargetTopics([...topics]));
  } catch (error) {
    await close();
    throw error;
  }
  const partitionsOf = (topic: string): { partition: number }[] =>
    cluster
      .findTopicPartitionMetadata(topic)
      .map(({ partitionId }) => ({ partition: partitionId }))
      .sort((a, b) => a.partition - b.partition);
  const ask = async (names: readonly string[], side: Side): Promise<Map<string, readonly number[]>> => {
    const answer = await persistently(cluster, () =>
      cluster.fetchTopicsOffset(
        names.map((topic) => ({
          topic,
          fromBeginning: side === 'beginning',
          partitions: partitionsOf(topic),
        })),
      ),
    );
    return new Map(
      answer.map(({ topic, partitions }) => {
        const offsets: number[] = [];
        for (const { partition, offset } of partitions) offsets[partition] = Number(offset);
        return [topic, offsets];
      }),
    );
  };
  const fetching =
    (maxBytes: number) => (topic: string, partition: number, from: number, maxWaitTime: number) =>
      persistently(cluster, async () => {
        const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
        if (nodeId === undefined) throw new TypeError(`${topic} has no partition ${String(partition)}`);
        const broker = await cluster.findBroker({ nodeId });
        const { responses } = (await broker.fetch({
          ...{ isolationLevel: READ_COMMITTED, maxWaitTime, minBytes: 1, maxBytes },
          topics: [{ topic, partitions: [{ partition, fetchOffset: String(from), maxBytes }] }],
        })) as Fetched;
        return readBatch(from, responses[0]?.partitions[0]);
      });
  return {
    offsets: async (topic, side) => (await ask([topic], side)).get(topic) ?? [],
    ends: (names) => ask(names, 'end'),
    fetch: fetching(FETCH_BYTES),
    look: (topic, partition, from) => fetching(LOOK_BYTES)(topic, partition, from, LOOK_WAIT_MS),
    close,
  };
};
