import { describe, expect, test } from '@jest/globals';
import { ConfigError, readConfig } from '@orderloom/runtime';
import { settingsOf } from './settings.ts';

describe('the effect worker', () => {
  test('names every variable that is missing', () => {
    expect(() => settingsOf(readConfig({}))).toThrow(ConfigError);
    for (const name of ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL', 'WEBHOOKS_FILE or ORDERLOOM_PROVIDERS_FILE'])
      expect(() => settingsOf(readConfig({}))).toThrow(`ORDERLOOM_${name} must be set for effect-worker`);
  });
});
