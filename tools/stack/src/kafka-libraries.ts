import { librdkafka, librdkafkaObstacle } from './install/librdkafka.ts';
import { obstacleTo } from './servers/servers.ts';
import { sharedServer } from './shared-server.ts';

/** The libraries through which a cluster is spoken to; suites of the Kafka adapters run with each. */
export const KAFKA_LIBRARIES = ['kafkajs', 'librdkafka'] as const;
type KafkaLibrary = (typeof KAFKA_LIBRARIES)[number];

/** The shared brokers, for suites that reach them through one library. */
export type KafkaThrough = {
  /** Why broker or library cannot be had here, in one line; `undefined` where both can. */
  readonly obstacle: string | undefined;
  /** Brings what is missing. */
  readonly brokers: () => Promise<readonly string[]>;
};

export const kafkaThrough = (library: KafkaLibrary): KafkaThrough => ({
  obstacle: obstacleTo('kafka') ?? (library === 'librdkafka' ? librdkafkaObstacle() : undefined),
  brokers: async () => {
    if (library === 'librdkafka') await librdkafka();
    return (await sharedServer('kafka')).urls;
  },
});
