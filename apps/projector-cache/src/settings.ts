import { ConfigError, type Config } from '@orderloom/runtime';

/** Where this process finds the servers that it cannot do without. */
export type Servers = {
  readonly brokers: readonly string[];
  readonly schemaRegistry: string;
  /** The views behind the cache: histories are read there, and the cache is filled up to what they show. */
  readonly elasticsearch: readonly string[];
  readonly redis: string;
};

/** Throws `ConfigError` with a line for each server that is not named. */
export const serversOf = (config: Config): Servers => {
  const { kafkaBrokers, schemaRegistryUrl, elasticsearchNodes, redisUrl } = config;
  const missing = [
    kafkaBrokers.length === 0 ? 'ORDERLOOM_KAFKA_BROKERS' : undefined,
    schemaRegistryUrl === null ? 'ORDERLOOM_SCHEMA_REGISTRY_URL' : undefined,
    elasticsearchNodes.length === 0 ? 'ORDERLOOM_ELASTICSEARCH_NODES' : undefined,
    redisUrl === null ? 'ORDERLOOM_REDIS_URL' : undefined,
  ].filter((name) => name !== undefined);
  if (schemaRegistryUrl === null || redisUrl === null || missing.length > 0)
    throw new ConfigError(missing.map((name) => `${name} must be set for projector-cache`));
  return {
    ...{ brokers: kafkaBrokers, schemaRegistry: schemaRegistryUrl },
    ...{ elasticsearch: elasticsearchNodes, redis: redisUrl },
  };
};
