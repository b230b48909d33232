import type { GroupOffsets, KafkaClient, RecordTransaction, TopicRecords } from '../client/client-port.ts';
import { isFenced, logErrorOf } from './broker-errors.ts';

/** What one transaction writes: records by topic, and the offsets of a group that go with them. */
export type Written = {
  readonly topics: readonly TopicRecords[];
  readonly progress: GroupOffsets | undefined;
};

/** A producer that has fenced every other one of its transactional id. After any error it is done: take a new one. */
export type FencingProducer = {
  /** All of it or nothing. Gives the first offset of each topic and partition that was written, `topic/partition`. */
  readonly write: (written: Written) => Promise<ReadonlyMap<string, number>>;
  readonly close: () => Promise<void>;
};

const NOTHING: ReadonlyMap<string, number> = new Map();

const writeIn = async (
  transaction: RecordTransaction,
  { topics, progress }: Written,
): Promise<ReadonlyMap<string, number>> => {
  const bases = topics.length === 0 ? NOTHING : await transaction.send(topics);
  if (progress !== undefined) await transaction.sendOffsets(progress);
  await transaction.commit();
  return bases;
};

/** From now on no older producer of the id can write. */
export const fencingProducer = async (
  kafka: Pick<KafkaClient, 'transactional'>,
  transactionalId: string,
): Promise<FencingProducer> => {
  const fencing = `fencing ${transactionalId}`;
  const producer = await kafka.transactional(transactionalId).catch((error: unknown) => {
    throw logErrorOf(error, fencing);
  });
  try {
    await producer.fence();
  } catch (error) {
    await producer.close();
    throw logErrorOf(error, fencing);
  }
  return {
    // It is given up whether the broker hears of it or not; an open transaction ends with the next fence.
    close: producer.close,
    write: async (written) => {
      let transaction: RecordTransaction | undefined;
      try {
        transaction = await producer.begin();
        return await writeIn(transaction, written);
      } catch (error) {
        // A fenced producer that commits or aborts is answered as if it could; nothing of it is tried any more.
        if (!isFenced(error)) await transaction?.abort().catch(() => undefined);
        throw logErrorOf(error, `writing as ${transactionalId}`);
      }
    },
  };
};
