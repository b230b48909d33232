import type { Kafka as KafkaJs, SASLOptions } from 'kafkajs';
import type { CommittedOffsets, KafkaClient } from '../client/client-port.ts';
import type { KafkaSettings } from '../client/kafka-settings.ts';
import { shardsOf } from '../topics/shards.ts';
import { kafkajsEventGroup } from './kafkajs-event-group.ts';
import { kafkajsLanesGroup } from './kafkajs-lanes-group.ts';
import { kafkajsOpenTransactions } from './kafkajs-open-transactions.ts';
import { kafkajsProducer, kafkajsTransactional } from './kafkajs-producers.ts';
import { kafkajsReader } from './kafkajs-reader.ts';
import { Kafka, logLevel } from './load-kafkajs.ts';

/**
 * Retries begin at 5 ms: a transaction that follows another one meets CONCURRENT_TRANSACTIONS for a few milliseconds,
 * and at kafkajs' own 300 ms every transaction of a busy partition would wait for it.
 */
const RETRY = { initialRetryTime: 5, factor: 0, multiplier: 1.5, maxRetryTime: 200, retries: 30 };

/** kafkajs itself, for topics and access, for benches, and for whoever plays a stranger. */
export const kafkaJs = ({ brokers, clientId, ssl, sasl }: KafkaSettings): KafkaJs =>
  new Kafka({
    brokers: [...brokers],
    clientId,
    retry: RETRY,
    // What matters is thrown; kafkajs' own lines would quote topics and members at every rebalance.
    logLevel: logLevel.NOTHING,
    ...(ssl === undefined ? {} : { ssl }),
    ...(sasl === undefined ? {} : { sasl: sasl as SASLOptions }),
  });

const committedOffsets = async (kafka: KafkaJs): Promise<CommittedOffsets> => {
  const admin = kafka.admin();
  await admin.connect();
  return {
    of: async (groupId, topics) => {
      const answer = await admin.fetchOffsets({ groupId, topics: [...topics] });
      return new Map(
        answer.map(({ topic, partitions }) => [
          topic,
          partitions.map(({ partition, offset, metadata }) => ({
            ...{ partition, offset: Number(offset), metadata: metadata ?? '' },
          })),
        ]),
      );
    },
    close: () => admin.disconnect(),
  };
};

/** A cluster through kafkajs. */
export const kafkajsClient = (settings: KafkaSettings): KafkaClient => {
  const kafka = kafkaJs(settings);
  return {
    shards: shardsOf,
    producer: () => kafkajsProducer(kafka),
    transactional: (transactionalId, timeoutMs) => kafkajsTransactional(kafka, transactionalId, timeoutMs),
    reader: (topics, isolation) => kafkajsReader(kafka, topics, isolation),
    lanesGroup: (parts) => kafkajsLanesGroup(kafka, parts),
    eventGroup: (parts) => kafkajsEventGroup(kafka, parts),
    committedOffsets: () => committedOffsets(kafka),
    openTransactions: () => kafkajsOpenTransactions(kafka),
  };
};
