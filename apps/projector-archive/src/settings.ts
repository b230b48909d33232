import { join } from 'node:path';
import { ConfigError, type Config } from '@orderloom/runtime';

/** Where this process finds what it cannot do without. */
export type Places = {
  readonly brokers: readonly string[];
  readonly schemaRegistry: string;
  /** One folder a partition. */
  readonly folderOf: (partition: number) => string;
};

/** Throws `ConfigError` with a line for each server that is not named. */
export const placesOf = ({ kafkaBrokers, schemaRegistryUrl, data, kafkaPrefix }: Config): Places => {
  const missing = [
    kafkaBrokers.length === 0 ? 'ORDERLOOM_KAFKA_BROKERS' : undefined,
    schemaRegistryUrl === null ? 'ORDERLOOM_SCHEMA_REGISTRY_URL' : undefined,
  ].filter((name) => name !== undefined);
  if (schemaRegistryUrl === null || missing.length > 0)
    throw new ConfigError(missing.map((name) => `${name} must be set for projector-archive`));
  return {
    brokers: kafkaBrokers,
    schemaRegistry: schemaRegistryUrl,
    folderOf: (partition) => join(data, 'archive', kafkaPrefix, `partition-${partition}`),
  };
};
