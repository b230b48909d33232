import type { DistributedOptions, ProcessorsOptions } from '@orderloom/distributed';
import { memorySchemaIds } from '@orderloom/engine';
import type { KafkaAccess } from '@orderloom/runtime';
import { publicSchemas } from '@orderloom/wire';

/** What a process of a test is told. */
export type ProgramOptions = {
  readonly brokers: readonly string[];
  readonly access?: KafkaAccess;
  /** The library through which it reaches the cluster. */
  readonly client?: 'kafkajs' | 'librdkafka';
  readonly prefix: string;
  readonly partitions: number;
  readonly standby?: boolean;
  /** How long the broker leaves a transaction open; as long as the product has it unless said. */
  readonly transactionTimeoutMs?: number;
  readonly mechanisms?: ProcessorsOptions['mechanisms'];
};

/** The same for every process of a test: their schemas are numbered alike, as one registry would. */
export const exampleOptions = ({
  brokers,
  access,
  client = 'kafkajs',
  prefix,
  partitions,
}: ProgramOptions): DistributedOptions => ({
  cluster: { client, ...access, brokers, clientId: 'test' },
  schemaIds: memorySchemaIds(publicSchemas()),
  ...{ prefix, partitions },
});
