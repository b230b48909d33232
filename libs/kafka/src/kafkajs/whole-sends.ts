import type { Message, RecordMetadata } from 'kafkajs';

// What is used here of kafkajs' own parts.
type Entry = { readonly partition: number; readonly messages: readonly Message[]; firstSequence?: number };
type TopicData = { readonly topic: string; readonly partitions: readonly Entry[] };
type Produced = {
  readonly topics: readonly { readonly topicName: string; readonly partitions: readonly object[] }[];
};
type Broker = { readonly produce: (request: object) => Promise<Produced> };
type Cluster = {
  readonly addMultipleTargetTopics: (topics: readonly string[]) => Promise<void>;
  readonly refreshMetadataIfNecessary: () => Promise<void>;
  readonly refreshMetadata: () => Promise<void>;
  readonly connect: () => Promise<void>;
  readonly isConnected: () => boolean;
  readonly removeBroker: (at: { readonly host: unknown; readonly port: unknown }) => void;
  readonly findTopicPartitionMetadata: (topic: string) => readonly object[];
  readonly findLeaderForPartitions: (
    topic: string,
    partitions: readonly number[],
  ) => Readonly<Record<string, readonly number[]>>;
  readonly findBroker: (node: { readonly nodeId: string }) => Promise<Broker>;
};
type Eos = {
  readonly acquireBrokerLock: (node: { readonly nodeId: string }) => Promise<void>;
  readonly releaseBrokerLock: (node: { readonly nodeId: string }) => Promise<void>;
  readonly isTransactional: () => boolean;
  readonly addPartitionsToTransaction: (data: readonly TopicData[]) => Promise<void>;
  readonly getSequence: (topic: string, partition: number) => number;
  readonly updateSequence: (topic: string, partition: number, by: number) => void;
  readonly getTransactionalId: () => string;
  readonly getProducerId: () => number;
  readonly getProducerEpoch: () => number;
};
type Attempt = (bail: (error: unknown) => void) => Promise<RecordMetadata[]>;
type SenderParts = {
  readonly cluster: Cluster;
  readonly partitioner: (record: {
    readonly topic: string;
    readonly partitionMetadata: readonly object[];
    readonly message: Message;
  }) => number;
  readonly eosManager: Eos;
  readonly retrier: (attempt: Attempt) => Promise<RecordMetadata[]>;
};
type Sending = {
  readonly acks: number;
  readonly timeout: number;
  readonly compression: number;
  readonly topicMessages: readonly { readonly topic: string; readonly messages: readonly Message[] }[];
};
type Failure = { name?: string; type?: string; retriable?: boolean; host?: unknown; port?: unknown };

const STALE = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE', 'NOT_LEADER_FOR_PARTITION']);
const AWAY = new Set(['KafkaJSMetadataNotLoaded', 'KafkaJSConnectionError', 'KafkaJSConnectionClosedError']);

/** Whether fresh metadata may help; everything else is thrown as it is. */
const mayPass = ({ name = '', type = '', retriable }: Failure): boolean =>
  STALE.has(type) || AWAY.has(name) || retriable === true;

/** Records that are not confirmed yet, by topic and partition. */
type Pending = Map<string, Map<number, readonly Message[]>>;

const grouped = (
  { cluster, partitioner }: SenderParts,
  topicMessages: Sending['topicMessages'],
  notLoaded: (topic: string) => Error,
): Pending => {
  const pending: Pending = new Map();
  for (const { topic, messages } of topicMessages) {
    const partitionMetadata = cluster.findTopicPartitionMetadata(topic);
    if (partitionMetadata.length === 0) throw notLoaded(topic);
    const partitions = pending.get(topic) ?? new Map<number, Message[]>();
    for (const message of messages) {
      const partition = partitioner({ topic, partitionMetadata, message });
      const batch = partitions.get(partition) as Message[] | undefined;
      if (batch === undefined) partitions.set(partition, [message]);
      else batch.push(message);
    }
    pending.set(topic, partitions);
  }
  return pending;
};

/** What is pending, by the broker that leads it now. */
const byLeader = (cluster: Cluster, pending: Pending): ReadonlyMap<string, readonly TopicData[]> => {
  const leaders = new Map<string, TopicData[]>();
  for (const [topic, batches] of pending)
    for (const [nodeId, led] of Object.entries(cluster.findLeaderForPartitions(topic, [...batches.keys()]))) {
      const partitions = led.map((partition) => ({ partition, messages: batches.get(partition) ?? [] }));
      leaders.set(nodeId, [...(leaders.get(nodeId) ?? []), { topic, partitions }]);
    }
  return leaders;
};

/** One request to one broker. A batch keeps its sequence until it is confirmed, so the broker knows it again. */
const sendTo = async (
  { cluster, eosManager: eos }: SenderParts,
  nodeId: string,
  data: readonly TopicData[],
  how: Pick<Sending, 'acks' | 'timeout' | 'compression'>,
): Promise<RecordMetadata[]> => {
  const broker = await cluster.findBroker({ nodeId });
  const count = (sign: 1 | -1): void => {
    for (const { topic, partitions } of data)
      for (const { partition, messages } of partitions)
        eos.updateSequence(topic, partition, sign * messages.length);
  };
  await eos.acquireBrokerLock({ nodeId });
  try {
    if (eos.isTransactional()) await eos.addPartitionsToTransaction(data);
    for (const { topic, partitions } of data)
      for (const entry of partitions) entry.firstSequence = eos.getSequence(topic, entry.partition);
    count(1);
    const { topics } = await broker
      .produce({
        ...{ ...how, topicData: data },
        transactionalId: eos.isTransactional() ? eos.getTransactionalId() : undefined,
        ...{ producerId: eos.getProducerId(), producerEpoch: eos.getProducerEpoch() },
      })
      .catch((error: unknown) => {
        count(-1);
        throw error;
      });
    return topics.flatMap(({ topicName, partitions }) =>
      partitions.map((partition) => ({ topicName, ...partition }) as RecordMetadata),
    );
  } finally {
    await eos.releaseBrokerLock({ nodeId });
  }
};

/** Sends everything; what one attempt confirms is in no later one. */
export const sendingEachOnce =
  (parts: SenderParts, notLoaded: (topic: string) => Error) =>
  async ({ topicMessages, ...how }: Sending): Promise<RecordMetadata[]> => {
    const { cluster } = parts;
    const confirmed: RecordMetadata[] = [];
    let pending: Pending | undefined;
    const sendPending = async (): Promise<void> => {
      await cluster.refreshMetadataIfNecessary();
      const open = (pending ??= grouped(parts, topicMessages, notLoaded));
      const requests = [...byLeader(cluster, open)].map(async ([nodeId, data]) => {
        confirmed.push(...(await sendTo(parts, nodeId, data, how)));
        for (const { topic, partitions } of data)
          for (const { partition } of partitions) open.get(topic)?.delete(partition);
      });
      // All are awaited: one that is on its way must not be sent again, nor come after the end of its transaction.
      const failed = (await Promise.allSettled(requests)).find(({ status }) => status === 'rejected');
      if (failed?.status === 'rejected') throw failed.reason;
    };
    return parts.retrier(async (bail) => {
      await cluster.addMultipleTargetTopics(topicMessages.map(({ topic }) => topic));
      try {
        await sendPending();
      } catch (error) {
        const failure = (typeof error === 'object' && error !== null ? error : {}) as Failure;
        if (failure.name === 'KafkaJSConnectionClosedError')
          cluster.removeBroker({ host: failure.host, port: failure.port });
        if (!cluster.isConnected()) await cluster.connect();
        else if (!mayPass(failure)) {
          bail(error);
          return confirmed;
        }
        await cluster.refreshMetadata();
        throw error;
      }
      return confirmed;
    });
  };

/**
 * kafkajs 2.2.4 sends to several brokers at once, and where one of them fails it begins anew while others are still being
 * answered: their records are appended a second time, under new sequence numbers and in the same transaction. It also
 * takes a broker that has answered for done, so that a partition which moves there meanwhile is never sent. With more
 * than one broker the first happens without any fault, whenever two transactions follow each other closely.
 * Replaces `producer/sendMessages`, so it must run before kafkajs is loaded. Upstream: not reported there.
 */
export const sendEachOnce = (require: NodeJS.Require): void => {
  const { KafkaJSMetadataNotLoaded } = require('kafkajs/src/errors.js') as {
    readonly KafkaJSMetadataNotLoaded: new (message: string) => Error;
  };
  const notLoaded = (topic: string): Error =>
    new KafkaJSMetadataNotLoaded(`Producing to topic without metadata: ${topic}`);
  const path = require.resolve('kafkajs/src/producer/sendMessages.js');
  require(path);
  const module = require.cache[path];
  if (module !== undefined) module.exports = (parts: SenderParts) => sendingEachOnce(parts, notLoaded);
};
