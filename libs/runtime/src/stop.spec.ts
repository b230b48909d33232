import { afterEach, describe, expect, test } from '@jest/globals';
import { type Closer, onStop } from './stop.ts';

const stopping = (closers: readonly Closer[], limitMs = 1000) => {
  const codes: number[] = [];
  const lines: string[] = [];
  const log = { info: () => undefined, error: (fields: object) => void lines.push(JSON.stringify(fields)) };
  const stop = onStop({ closers, limitMs, log, exit: (code) => void codes.push(code) });
  return { stop, codes, lines };
};

afterEach(() => {
  process.removeAllListeners('SIGTERM');
  process.removeAllListeners('SIGINT');
});

describe('a stop', () => {
  test('closes in order and ends with 0', async () => {
    const closed: string[] = [];
    const closer = (name: string): Closer => ({ name, close: async () => void closed.push(name) });
    const { stop, codes } = stopping([closer('http'), closer('engine')]);
    await stop('test');
    expect(closed).toEqual(['http', 'engine']);
    expect(codes).toEqual([0]);
  });

  test('closes the rest where one fails, says which, and ends with 1', async () => {
    const closed: string[] = [];
    const failing = { name: 'views', close: () => Promise.reject(new Error('disk of Ada Planted')) };
    const { stop, codes, lines } = stopping([failing, { name: 'log', close: () => void closed.push('log') }]);
    await stop('test');
    expect(closed).toEqual(['log']);
    expect(codes).toEqual([1]);
    expect(lines).toEqual(['{"closer":"views","error":"Error"}']);
  });

  test('ends with 1 where a closer takes too long', async () => {
    const { stop, codes } = stopping([{ name: 'hangs', close: () => new Promise(() => undefined) }], 10);
    await stop('test');
    expect(codes).toEqual([1]);
  });

  test('runs once, and a second signal ends at once', async () => {
    let release: () => void = () => undefined;
    const { stop, codes } = stopping([
      { name: 'slow', close: () => new Promise<void>((resolve) => (release = resolve)) },
    ]);
    process.emit('SIGTERM');
    process.emit('SIGTERM');
    expect(codes).toEqual([143]);
    release();
    await stop('again');
    expect(codes).toEqual([143, 0]);
  });
});
