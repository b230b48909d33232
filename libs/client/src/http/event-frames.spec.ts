import { expect, test } from '@jest/globals';
import { framesOf, type Frame } from './event-frames.ts';

const bytes = Buffer.from(
  'retry: 1000\nid: a\n: \n\nid: b\ndata: {"n":"ж"}\n\nevent: caught-up\ndata: {}\n\n: heartbeat\n\nid: c\ndata: lost',
);
const all: Frame[] = [
  { id: 'a', name: 'message', data: '' },
  { id: 'b', name: 'message', data: '{"n":"ж"}' },
  { id: undefined, name: 'caught-up', data: '{}' },
  { id: undefined, name: 'message', data: '' },
];

async function* cut(size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const read = async (body: AsyncIterable<Uint8Array>): Promise<Frame[]> => {
  const frames: Frame[] = [];
  for await (const some of framesOf(body)) frames.push(...some);
  return frames;
};

test('frames are the same wherever the bytes are cut, and half a frame is none', async () => {
  for (const size of [1, 2, 3, 7, 1_000]) expect(await read(cut(size))).toEqual(all);
});

test('line ends may be those of other systems', async () => {
  async function* body() {
    yield Buffer.from('id: a\r\ndata: x\r\n\r\n');
  }
  expect(await read(body())).toEqual([{ id: 'a', name: 'message', data: 'x' }]);
});

test('a frame without an end is not gathered for ever', async () => {
  async function* body() {
    for (;;) yield Buffer.alloc(1024 * 1024, 'x');
  }
  await expect(read(body())).rejects.toThrow(RangeError);
});
