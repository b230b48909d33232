import { expect, test } from '@jest/globals';
import { ConfigError } from '@orderloom/runtime';
import { isFlagError, serveOptions } from './serve-options.ts';

const env = { ORDERLOOM_DATA: 'from-environment', PORT: '7071' };

const thrownBy = (args: readonly string[], said = env): unknown => {
  try {
    return serveOptions(args, said);
  } catch (error) {
    return error;
  }
};

test('flags go before the environment, and the environment before the defaults', () => {
  expect(serveOptions(['--data', 'from-flag'], env)?.config).toMatchObject({ data: 'from-flag', port: 7071 });
  expect(serveOptions(['--port', '0'], env)?.config).toMatchObject({ data: 'from-environment', port: 0 });
  expect(serveOptions([], {})?.config).toMatchObject({ data: '.orderloom', port: 7070, host: '127.0.0.1' });
});

test('help is not a configuration', () => {
  expect(serveOptions(['--help'], env)).toBeUndefined();
});

test.each([['--bogus'], ['--data'], ['extra']])('%s is a wrong flag', (arg) => {
  expect(isFlagError(thrownBy([arg]))).toBe(true);
});

test('a value that cannot be is a wrong configuration, not a wrong flag', () => {
  const error = thrownBy(['--port', 'seven']);
  expect(error).toBeInstanceOf(ConfigError);
  expect(isFlagError(error)).toBe(false);
});

const kafka = {
  ORDERLOOM_PROFILE: 'kafka',
  ORDERLOOM_KAFKA_BROKERS: '127.0.0.1:9092',
  ORDERLOOM_SCHEMA_REGISTRY_URL: 'http://127.0.0.1:8081',
};

test('a process of the kafka profile takes both roles, or one', () => {
  expect(serveOptions([], kafka)?.roles).toEqual(new Set(['http', 'commands']));
  expect(serveOptions(['--roles', 'http'], kafka)?.roles).toEqual(new Set(['http']));
  expect(serveOptions(['--roles', 'commands,http'], kafka)?.roles).toEqual(new Set(['http', 'commands']));
});

test.each([
  ['a role that is none', ['--roles', 'views'], kafka],
  ['a role twice', ['--roles', 'http,http'], kafka],
  ['half of the embedded profile', ['--roles', 'http'], {}],
])('%s is a wrong configuration', (_, args, said) => {
  expect(() => serveOptions(args, said)).toThrow(ConfigError);
});
