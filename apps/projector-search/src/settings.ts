import { ConfigError, type Config } from '@orderloom/runtime';

/** Where this process finds the servers that it cannot do without. */
export type Servers = {
  readonly brokers: readonly string[];
  readonly schemaRegistry: string;
  readonly elasticsearch: readonly string[];
};

/** Throws `ConfigError` with a line for each server that is not named. */
export const serversOf = (config: Config): Servers => {
  const { kafkaBrokers, schemaRegistryUrl, elasticsearchNodes } = config;
  const missing = [
    kafkaBrokers.length === 0 ? 'ORDERLOOM_KAFKA_BROKERS' : undefined,
    schemaRegistryUrl === null ? 'ORDERLOOM_SCHEMA_REGISTRY_URL' : undefined,
    elasticsearchNodes.length === 0 ? 'ORDERLOOM_ELASTICSEARCH_NODES' : undefined,
  ].filter((name) => name !== undefined);
  if (schemaRegistryUrl === null || missing.length > 0)
    throw new ConfigError(missing.map((name) => `${name} must be set for projector-search`));
  return { brokers: kafkaBrokers, schemaRegistry: schemaRegistryUrl, elasticsearch: elasticsearchNodes };
};
