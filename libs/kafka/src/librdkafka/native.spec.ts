// Without the package, and without its binary: in processes of their own, because here it may be installed.
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';

const client = new URL('../client/kafka-client.ts', import.meta.url).href;

/** What becomes of a producer of this library where the package cannot be loaded. */
const withoutThePackage = (library: string): unknown => {
  const source = `
    import { registerHooks } from 'node:module';
    registerHooks({
      resolve: (name, context, next) => {
        if (name.startsWith('@confluentinc/')) throw new Error('it is not there');
        return next(name, context);
      },
    });
    const { kafkaClient } = await import(${JSON.stringify(client)});
    const kafka = kafkaClient({ brokers: ['127.0.0.1:1'], clientId: 'c', client: ${JSON.stringify(library)} });
    const outcome = await (${JSON.stringify(library)} === 'kafkajs'
      ? Promise.resolve('a client')
      : kafka.producer().catch(({ code, message, retryable }) => ({ code, message, retryable })));
    console.log(JSON.stringify(outcome));`;
  const args = ['--conditions=@orderloom/source', '--input-type=module', '-e', source];
  const child = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (child.status !== 0) throw new Error(child.stderr);
  return JSON.parse(child.stdout);
};

describe('without the package of librdkafka', () => {
  test('its client says how it is installed', () => {
    expect(withoutThePackage('librdkafka')).toEqual({
      ...{ code: 'not-available', retryable: false },
      message: expect.stringMatching(
        /npm install @confluentinc\/kafka-javascript@1\.10\.1.* npm run kafka:native$/,
      ),
    });
  });

  test('the other one is there all the same', () => {
    expect(withoutThePackage('kafkajs')).toBe('a client');
  });
});
