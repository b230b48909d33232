import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ConfigError, readConfig } from './config.ts';

const problemsOf = (env: Record<string, string>): readonly string[] => {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

describe('the configuration', () => {
  test('has a default for everything', () => {
    expect(readConfig({ PATH: '/bin', PORT: '' })).toEqual({
      profile: 'embedded',
      data: '.orderloom',
      configFile: null,
      host: '127.0.0.1',
      port: 7070,
      durability: 'full',
      lifecycle: 'table',
      statesInMemory: 200_000,
      logLevel: 'info',
      kafkaBrokers: [],
      kafkaAccess: {},
      kafkaPartitions: 12,
      kafkaPrefix: 'orderloom',
      kafkaStandby: false,
      schemaRegistryUrl: null,
      elasticsearchNodes: [],
      redisUrl: null,
      webhookOrigins: new Map(),
      paymentProviders: new Map(),
      hooks: new Map(),
      otlpEndpoint: null,
    });
  });

  test('is read from the environment', () => {
    const config = readConfig({
      ORDERLOOM_PROFILE: 'kafka',
      ORDERLOOM_KAFKA_BROKERS: 'a:9092, b:9092',
      ORDERLOOM_KAFKA_PARTITIONS: '24',
      ORDERLOOM_SCHEMA_REGISTRY_URL: 'http://r:8081',
      ORDERLOOM_REDIS_URL: 'redis://127.0.0.1:6379',
      PORT: '0',
      ORDERLOOM_LIFECYCLE: 'xstate',
      ORDERLOOM_SIZE: 'ci',
    });
    expect(config).toMatchObject({
      kafkaBrokers: ['a:9092', 'b:9092'],
      kafkaPartitions: 24,
      port: 0,
      lifecycle: 'xstate',
    });
  });

  test('says how one is let into the cluster', () => {
    const ca = join(import.meta.dirname, 'config.ts');
    const user = { ORDERLOOM_KAFKA_USER: 'clerk', ORDERLOOM_KAFKA_PASSWORD: 'secret' };
    const tls = { ORDERLOOM_KAFKA_TLS: 'on' };
    const sasl = { mechanism: 'scram-sha-512', username: 'clerk', password: 'secret' };
    expect(readConfig({ ...tls, ...user }).kafkaAccess).toEqual({ ssl: true, sasl });
    const older = readConfig({ ...user, ORDERLOOM_KAFKA_SASL: 'scram-sha-256' });
    expect(older.kafkaAccess.sasl).toEqual({ ...sasl, mechanism: 'scram-sha-256' });
    const other = readConfig({ ...tls, ORDERLOOM_KAFKA_CLIENT: 'librdkafka' });
    expect(other.kafkaAccess).toEqual({ client: 'librdkafka', ssl: true });
    const own = readConfig({ ...tls, ORDERLOOM_KAFKA_CA_FILE: ca });
    expect(own.kafkaAccess).toEqual({ ssl: { ca: readFileSync(ca, 'utf8') } });
  });

  test.each([
    ['an unknown key, with the nearest one', { ORDERLOOM_DTA: 'x' }, /did you mean ORDERLOOM_DATA\?/],
    ['a key like no other', { ORDERLOOM_SOMETHING_ELSE: 'x' }, /there are ORDERLOOM_PROFILE/],
    ['a port beyond 65535', { PORT: '70000' }, /^PORT: /],
    ['a port that is no number', { PORT: '80a' }, /^PORT: must be a number/],
    ['an unknown profile', { ORDERLOOM_PROFILE: 'postgres' }, /^ORDERLOOM_PROFILE: /],
    [
      'kafka without brokers',
      { ORDERLOOM_PROFILE: 'kafka', ORDERLOOM_SCHEMA_REGISTRY_URL: 'http://r:8081' },
      /ORDERLOOM_KAFKA_BROKERS must be set/,
    ],
    [
      'kafka without a registry',
      { ORDERLOOM_PROFILE: 'kafka', ORDERLOOM_KAFKA_BROKERS: 'a:9092' },
      /ORDERLOOM_SCHEMA_REGISTRY_URL must be set/,
    ],
    ['partitions beyond the slots', { ORDERLOOM_KAFKA_PARTITIONS: '1025' }, /ORDERLOOM_KAFKA_PARTITIONS/],
    ['a prefix that no topic can have', { ORDERLOOM_KAFKA_PREFIX: 'a b' }, /ORDERLOOM_KAFKA_PREFIX/],
    [
      'a password in clear without TLS',
      { ORDERLOOM_KAFKA_SASL: 'plain', ORDERLOOM_KAFKA_USER: 'clerk', ORDERLOOM_KAFKA_PASSWORD: 'secret' },
      /^ORDERLOOM_KAFKA_TLS must be on/,
    ],
    ['a user without a password', { ORDERLOOM_KAFKA_USER: 'clerk' }, /ORDERLOOM_KAFKA_PASSWORD must be set/],
    ['a password without a user', { ORDERLOOM_KAFKA_PASSWORD: 'x' }, /ORDERLOOM_KAFKA_USER must be set/],
    [
      'an authority that is not there',
      { ORDERLOOM_KAFKA_TLS: 'on', ORDERLOOM_KAFKA_CA_FILE: '/nowhere/ca.pem' },
      /^ORDERLOOM_KAFKA_CA_FILE: cannot be read$/,
    ],
    [
      'an authority without TLS',
      { ORDERLOOM_KAFKA_CA_FILE: join(import.meta.dirname, 'config.ts') },
      /ORDERLOOM_KAFKA_TLS must be on/,
    ],
    ['an address that is no URL', { ORDERLOOM_REDIS_URL: 'here' }, /^ORDERLOOM_REDIS_URL: /],
  ])('refuses %s', (_, env, expected) => {
    const problems = problemsOf(env);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(expected);
  });

  test('never repeats a value in its problems', () => {
    expect(problemsOf({ ORDERLOOM_REDIS_URL: 'redis//secret@host' }).join()).not.toContain('secret');
    expect(problemsOf({ ORDERLOOM_PROFILE: 'secret' }).join()).not.toContain('secret');
  });

  test('reads the origins that webhooks may go to, and says nothing of what is wrong in that file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'orderloom-config-'));
    const path = join(folder, 'webhooks.json');
    const reading = (content: unknown) => {
      writeFileSync(path, JSON.stringify(content));
      return { ORDERLOOM_WEBHOOKS_FILE: path };
    };
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const { webhookOrigins } = readConfig(reading({ 'https://wms.example': { secret } }));
    expect([...webhookOrigins]).toEqual([['https://wms.example', secret]]);
    for (const wrong of [
      { 'https://wms.example/path': { secret } },
      { 'ftp://wms.example': { secret } },
      { 'https://wms.example': { secret: 'hunter2-hunter2' } },
      'text',
    ])
      expect(problemsOf(reading(wrong)).join()).toMatch(
        /^ORDERLOOM_WEBHOOKS_FILE: must be JSON(?!.*hunter2)/,
      );
    rmSync(folder, { recursive: true });
  });

  test('reads where hooks are, and says nothing of what is wrong in that file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'orderloom-config-'));
    const path = join(folder, 'hooks.json');
    const reading = (content: unknown) => {
      writeFileSync(path, JSON.stringify(content));
      return { ORDERLOOM_HOOKS_FILE: path };
    };
    const address = {
      url: 'https://risk.example/ask?v=1',
      secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    };
    const { hooks } = readConfig(reading({ risk: address }));
    expect([...hooks]).toEqual([['risk', { ...address, tenant: 'main' }]]);
    for (const wrong of [
      { risk: { ...address, url: 'https://ann:hunter2@risk.example' } },
      { risk: { ...address, secret: 'hunter2-hunter2' } },
      { Risk: address },
      'text',
    ])
      expect(problemsOf(reading(wrong)).join()).toMatch(/^ORDERLOOM_HOOKS_FILE: must be JSON(?!.*hunter2)/);
    rmSync(folder, { recursive: true });
  });

  test('reads the payment providers that may be called, and says nothing of what is wrong in that file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'orderloom-config-'));
    const path = join(folder, 'providers.json');
    const reading = (content: unknown) => {
      writeFileSync(path, JSON.stringify(content));
      return { ORDERLOOM_PROVIDERS_FILE: path };
    };
    const access = { url: 'https://bank.example/api', token: 'hunter2-hunter2' };
    const { paymentProviders } = readConfig(reading({ bank: access }));
    expect([...paymentProviders]).toEqual([['bank', { ...access, tenant: 'main', callbackSecret: null }]]);
    for (const wrong of [
      { bank: { ...access, url: 'https://bank.example/api/' } },
      { bank: { ...access, url: 'https://ann:hunter2@bank.example' } },
      { bank: { ...access, token: 'hunter2' } },
      { bank: { ...access, callbackSecret: 'hunter2-hunter2' } },
      { Bank: access },
      'text',
    ])
      expect(problemsOf(reading(wrong)).join()).toMatch(
        /^ORDERLOOM_PROVIDERS_FILE: must be JSON(?!.*hunter2)/,
      );
    rmSync(folder, { recursive: true });
  });
});
