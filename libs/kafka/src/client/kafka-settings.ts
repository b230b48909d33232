/** Which library speaks to the cluster. */
export type KafkaLibrary = 'kafkajs' | 'librdkafka';

/** Where the cluster is, and how one is let in. */
export type KafkaSettings = {
  readonly brokers: readonly string[];
  /** Shown in the broker's logs and metrics. */
  readonly clientId: string;
  /** Certificates and key as PEM. */
  readonly ssl?: boolean | { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
  /** `kafkajs` unless said. A consumer group has members of one library only. */
  readonly client?: KafkaLibrary;
};
