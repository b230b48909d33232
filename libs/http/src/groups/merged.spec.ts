import { expect, test } from '@jest/globals';
import { merged } from './merged.ts';

const LONG_MS = 60_000;

async function* counting(to: number, signal?: AbortSignal): AsyncGenerator<number> {
  for (let n = 1; n <= to; n++) yield n;
  if (signal !== undefined && !signal.aborted)
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
}

const all = async <T>(source: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = [];
  for await (const one of source) found.push(one);
  return found;
};
const { signal } = new AbortController();

test('sources are taken in turns, each in its order, until all have ended', async () => {
  const sources = new Map([
    ['a', counting(3)],
    ['b', counting(2)],
  ]);
  const found = await all(merged(sources, { signal, idleMs: LONG_MS }));
  expect(found.map((one) => one && `${one.from}${one.value}`)).toEqual(['a1', 'b1', 'a2', 'b2', 'a3']);
});

test('a source is asked for more only when what it gave was taken', async () => {
  let given = 0;
  async function* eager(): AsyncGenerator<number> {
    for (;;) yield ++given;
  }
  const reading = merged(new Map([['a', eager()]]), { signal, idleMs: LONG_MS });
  await reading.next();
  await reading.next();
  expect(given).toBe(2);
  await reading.return(undefined);
});

test('it says when nothing has come for a while, and ends with its signal', async () => {
  const ending = new AbortController();
  const sources = new Map([['a', counting(0, ending.signal)]]);
  const reading = merged(sources, { signal: ending.signal, idleMs: 1 });
  expect(await reading.next()).toEqual({ done: false, value: undefined });
  ending.abort();
  expect((await reading.next()).done).toBe(true);
});

test('what one of them throws ends it', async () => {
  async function* broken(): AsyncGenerator<number> {
    throw new RangeError('gone');
  }
  const sources = new Map([
    ['a', counting(1)],
    ['b', broken()],
  ]);
  await expect(all(merged(sources, { signal, idleMs: LONG_MS }))).rejects.toThrow('gone');
});
