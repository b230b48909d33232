import type { Kafka as KafkaClient, KafkaConfig } from 'kafkajs';
import { Kafka, logLevel } from './load-kafkajs.ts';

/** Where the cluster is, and how one is let in. */
export type KafkaSettings = Pick<KafkaConfig, 'ssl' | 'sasl'> & {
  readonly brokers: readonly string[];
  /** Shown in the broker's logs and metrics. */
  readonly clientId: string;
};

/**
 * Retries begin at 5 ms: a transaction that follows another one meets CONCURRENT_TRANSACTIONS for a few milliseconds,
 * and at kafkajs' own 300 ms every transaction of a busy partition would wait for it.
 */
const RETRY = { initialRetryTime: 5, factor: 0, multiplier: 1.5, maxRetryTime: 200, retries: 30 };

/** A client of a cluster; it connects with the first thing that is made from it. */
export const kafkaClient = ({ brokers, clientId, ssl, sasl }: KafkaSettings): KafkaClient =>
  new Kafka({
    brokers: [...brokers],
    clientId,
    retry: RETRY,
    // What matters is thrown; kafkajs' own lines would quote topics and members at every rebalance.
    logLevel: logLevel.NOTHING,
    ...(ssl === undefined ? {} : { ssl }),
    ...(sasl === undefined ? {} : { sasl }),
  });
