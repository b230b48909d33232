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
  expect(serveOptions(['--data', 'from-flag'], env)).toMatchObject({ data: 'from-flag', port: 7071 });
  expect(serveOptions(['--port', '0'], env)).toMatchObject({ data: 'from-environment', port: 0 });
  expect(serveOptions([], {})).toMatchObject({ data: '.orderloom', port: 7070, host: '127.0.0.1' });
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
