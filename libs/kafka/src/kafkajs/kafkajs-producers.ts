import { setTimeout as pause } from 'node:timers/promises';
import type { Kafka, Transaction } from 'kafkajs';
import {
  TRANSACTION_TIMEOUT_MS,
  type GroupOffsets,
  type RecordProducer,
  type RecordTransaction,
  type TransactionalProducer,
} from '../client/client-port.ts';
import { isConcurrent } from '../log/broker-errors.ts';
import { Partitioners } from './load-kafkajs.ts';

const OFFSET_RETRIES = 100;
const OFFSET_RETRY_MS = 5;

/** Idempotent; kafkajs does one send after the other. */
export const kafkajsProducer = async (kafka: Kafka): Promise<RecordProducer> => {
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  return {
    send: async (topic, messages) => {
      await producer.send({ topic, acks: -1, messages: [...messages] });
    },
    close: () => producer.disconnect(),
  };
};

/** kafkajs retries CONCURRENT_TRANSACTIONS for records and not for offsets (tulios/kafkajs issues 430, 1068). */
const sendOffsets = async (transaction: Transaction, { groupId, topics }: GroupOffsets): Promise<void> => {
  const offsets = topics.map(({ topic, partitions }) => ({ topic, partitions: [...partitions] }));
  for (let tried = 0; ; tried++)
    try {
      await transaction.sendOffsets({ consumerGroupId: groupId, topics: offsets });
      return;
    } catch (error) {
      if (!isConcurrent(error) || tried >= OFFSET_RETRIES) throw error;
      await pause(OFFSET_RETRY_MS);
    }
};

const transactionOf = (transaction: Transaction): RecordTransaction => ({
  send: async (topics) => {
    // One call for all topics: two at once on one transaction get lost.
    const sent = await transaction.sendBatch({
      acks: -1,
      topicMessages: topics.map(({ topic, messages }) => ({ topic, messages: [...messages] })),
    });
    return new Map(
      sent.map(({ topicName, partition, baseOffset }) => [
        `${topicName}/${String(partition)}`,
        Number(baseOffset),
      ]),
    );
  },
  sendOffsets: (progress) => sendOffsets(transaction, progress),
  commit: () => transaction.commit(),
  abort: async () => {
    if (transaction.isActive()) await transaction.abort();
  },
});

export const kafkajsTransactional = async (
  kafka: Kafka,
  transactionalId: string,
  timeoutMs = TRANSACTION_TIMEOUT_MS,
): Promise<TransactionalProducer> => {
  const producer = kafka.producer({
    transactionalId,
    idempotent: true,
    maxInFlightRequests: 1,
    transactionTimeout: timeoutMs,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  const close = (): Promise<void> => producer.disconnect().catch(() => undefined);
  try {
    await producer.connect();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    // kafkajs takes its id when a first transaction begins.
    fence: async () => (await producer.transaction()).abort(),
    begin: async () => transactionOf(await producer.transaction()),
    close,
  };
};
