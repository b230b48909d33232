import { setTimeout as pause } from 'node:timers/promises';
import type { Kafka, Message, Offsets, Producer, Transaction } from 'kafkajs';
import { Partitioners } from '../client/load-kafkajs.ts';
import { isConcurrent, isFenced, logErrorOf } from './broker-errors.ts';

/** What one transaction writes: records by topic, and the offsets of a group that go with them. */
export type Written = {
  readonly topics: readonly { readonly topic: string; readonly messages: readonly Message[] }[];
  readonly progress: { readonly groupId: string; readonly offsets: Offsets } | undefined;
};

/** A producer that has fenced every other one of its transactional id. After any error it is done: take a new one. */
export type FencingProducer = {
  /** All of it or nothing. Gives the first offset of each topic and partition that was written, `topic/partition`. */
  readonly write: (written: Written) => Promise<ReadonlyMap<string, number>>;
  readonly close: () => Promise<void>;
};

/** A stopped owner's open transaction keeps readers waiting for this long at most, ms. */
const TRANSACTION_TIMEOUT_MS = 10_000;
const OFFSET_RETRIES = 100;
const OFFSET_RETRY_MS = 5;

const newProducer = (kafka: Kafka, transactionalId: string): Producer =>
  kafka.producer({
    transactionalId,
    idempotent: true,
    maxInFlightRequests: 1,
    transactionTimeout: TRANSACTION_TIMEOUT_MS,
    createPartitioner: Partitioners.DefaultPartitioner,
  });

/** kafkajs retries CONCURRENT_TRANSACTIONS for records and not for offsets (tulios/kafkajs issues 430, 1068). */
const sendOffsets = async (
  transaction: Transaction,
  progress: NonNullable<Written['progress']>,
): Promise<void> => {
  for (let tried = 0; ; tried++)
    try {
      await transaction.sendOffsets({ consumerGroupId: progress.groupId, topics: progress.offsets.topics });
      return;
    } catch (error) {
      if (!isConcurrent(error) || tried >= OFFSET_RETRIES) throw error;
      await pause(OFFSET_RETRY_MS);
    }
};

const writeIn = async (
  transaction: Transaction,
  { topics, progress }: Written,
): Promise<Map<string, number>> => {
  const bases = new Map<string, number>();
  if (topics.length > 0) {
    // One call for all topics, before the offsets: two at once on one transaction get lost.
    const sent = await transaction.sendBatch({
      acks: -1,
      topicMessages: topics.map(({ topic, messages }) => ({ topic, messages: [...messages] })),
    });
    for (const { topicName, partition, baseOffset } of sent)
      bases.set(`${topicName}/${String(partition)}`, Number(baseOffset));
  }
  if (progress !== undefined) await sendOffsets(transaction, progress);
  return bases;
};

/** Fences, by beginning a transaction and ending it: from now on no older producer of the id can write. */
export const fencingProducer = async (kafka: Kafka, transactionalId: string): Promise<FencingProducer> => {
  const producer = newProducer(kafka, transactionalId);
  const close = async (): Promise<void> => {
    try {
      await producer.disconnect();
    } catch {
      // It is given up whether the broker hears of it or not; an open transaction ends with the next fence.
    }
  };
  try {
    await producer.connect();
    await (await producer.transaction()).abort();
  } catch (error) {
    await close();
    throw logErrorOf(error, `fencing ${transactionalId}`);
  }
  return {
    close,
    write: async (written) => {
      let transaction: Transaction | undefined;
      try {
        transaction = await producer.transaction();
        const bases = await writeIn(transaction, written);
        await transaction.commit();
        return bases;
      } catch (error) {
        // A fenced producer that commits or aborts is answered as if it could; nothing of it is tried any more.
        if (!isFenced(error) && transaction?.isActive() === true)
          await transaction.abort().catch(() => undefined);
        throw logErrorOf(error, `writing as ${transactionalId}`);
      }
    },
  };
};
