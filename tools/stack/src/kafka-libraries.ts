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
  /** Brings the library where it is missing. */
  readonly install: () => Promise<void>;
  /** The same, and the brokers. */
  readonly brokers: () => Promise<readonly string[]>;
};

export const kafkaThrough = (library: KafkaLibrary): KafkaThrough => {
  const install = async (): Promise<void> => {
    if (library === 'librdkafka') await librdkafka();
  };
  return {
    obstacle: obstacleTo('kafka') ?? (library === 'librdkafka' ? librdkafkaObstacle() : undefined),
    install,
    brokers: async () => {
      await install();
      return (await sharedServer('kafka')).urls;
    },
  };
};
