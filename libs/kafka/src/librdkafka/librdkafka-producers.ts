import {
  TRANSACTION_TIMEOUT_MS,
  type RecordProducer,
  type RecordTransaction,
  type TransactionalProducer,
} from '../client/client-port.ts';
import { deliveries } from './deliveries.ts';
import { groupHandles, type GroupHandles } from './group-handles.ts';
import { asked, connected, LibrdkafkaError } from './native-calls.ts';
import { loadNative, type NativeProducer, type NativeSettings } from './native.ts';

const CALL_MS = 30_000;
/** Long enough for those that are given together to go together. */
const LINGER_MS = 1;
const FLUSH_MS = 100;
const FLUSH_ALL_MS = 5_000;
/** Who judges the size is the broker. */
const LARGEST_BYTES = 16 << 20;

const newProducer = async (settings: NativeSettings): Promise<NativeProducer> => {
  const producer = new (loadNative().Producer)(
    {
      ...settings,
      'enable.idempotence': true,
      'message.max.bytes': LARGEST_BYTES,
      dr_cb: true,
    },
    // That of the Java client, and of the other one here.
    { partitioner: 'murmur2_random' },
  );
  try {
    await connected(producer);
  } catch (error) {
    await disconnected(producer, FLUSH_MS);
    throw error;
  }
  return producer;
};

const disconnected = (producer: NativeProducer, flushMs: number): Promise<void> =>
  asked<unknown>((done) => producer.disconnect(flushMs, done)).then(
    () => undefined,
    () => undefined,
  );

export const librdkafkaProducer = async (settings: NativeSettings): Promise<RecordProducer> => {
  const producer = await newProducer({ ...settings, 'linger.ms': LINGER_MS });
  const deliver = deliveries(producer);
  return {
    send: async (topic, messages) => (await deliver([{ topic, messages }])).ended,
    close: () => disconnected(producer, FLUSH_ALL_MS),
  };
};

const isPurged = (error: unknown): boolean =>
  error instanceof LibrdkafkaError && error.type.startsWith('PURGE_');

const transactionOf = (
  producer: NativeProducer,
  deliver: ReturnType<typeof deliveries>,
  groups: GroupHandles,
): RecordTransaction => {
  const commit = async (): Promise<void> => {
    await asked((done) => {
      producer.commitTransaction(CALL_MS, done);
    });
  };
  return {
    send: async (topics) => {
      const { bases, ended } = await deliver(topics);
      try {
        await ended;
      } catch (error) {
        // What was only thrown away does not say why: the transaction does, which cannot be committed any more.
        if (isPurged(error)) await commit();
        throw error;
      }
      return bases;
    },
    sendOffsets: async ({ groupId, topics }) => {
      const handle = await groups.of(groupId);
      const offsets = topics.flatMap(({ topic, partitions }) =>
        partitions.map(({ partition, offset }) => ({ topic, partition, offset: Number(offset) })),
      );
      await asked((done) => {
        producer.sendOffsetsToTransaction(offsets, handle, CALL_MS, done);
      });
    },
    commit,
    abort: async () => {
      await asked((done) => {
        producer.abortTransaction(CALL_MS, done);
      });
    },
  };
};

export const librdkafkaTransactional = async (
  settings: NativeSettings,
  transactionalId: string,
  timeoutMs = TRANSACTION_TIMEOUT_MS,
): Promise<TransactionalProducer> => {
  const producer = await newProducer({
    ...settings,
    'transactional.id': transactionalId,
    'transaction.timeout.ms': timeoutMs,
    'linger.ms': LINGER_MS,
  });
  const deliver = deliveries(producer);
  const groups = groupHandles(settings);
  return {
    fence: () =>
      asked<unknown>((done) => {
        producer.initTransactions(CALL_MS, done);
      }).then(() => undefined),
    begin: async () => {
      await asked((done) => {
        producer.beginTransaction(done);
      });
      return transactionOf(producer, deliver, groups);
    },
    close: async () => {
      await disconnected(producer, FLUSH_MS);
      await groups.close();
    },
  };
};
