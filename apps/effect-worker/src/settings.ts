import { ConfigError, type Config } from '@orderloom/runtime';

/** What this process cannot do without. */
export type Settings = {
  readonly brokers: readonly string[];
  readonly schemaRegistry: string;
  readonly webhookOrigins: Config['webhookOrigins'];
  readonly paymentProviders: Config['paymentProviders'];
};

/** Throws `ConfigError` with a line for each variable that is not set. */
export const settingsOf = (config: Config): Settings => {
  const { kafkaBrokers, schemaRegistryUrl, webhookOrigins, paymentProviders } = config;
  const missing = [
    kafkaBrokers.length === 0 ? 'ORDERLOOM_KAFKA_BROKERS' : undefined,
    schemaRegistryUrl === null ? 'ORDERLOOM_SCHEMA_REGISTRY_URL' : undefined,
    // Whoever may call nobody would give up every call.
    webhookOrigins.size + paymentProviders.size === 0
      ? 'ORDERLOOM_WEBHOOKS_FILE or ORDERLOOM_PROVIDERS_FILE'
      : undefined,
  ].filter((name) => name !== undefined);
  if (schemaRegistryUrl === null || missing.length > 0)
    throw new ConfigError(missing.map((name) => `${name} must be set for effect-worker`));
  return { brokers: kafkaBrokers, schemaRegistry: schemaRegistryUrl, webhookOrigins, paymentProviders };
};
