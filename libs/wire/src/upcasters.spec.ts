// Three generations of one event: the meaning of `code` changed twice. Frames of all of them are read as the newest.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { RecordedEvent } from '@orderloom/decider';
import type { WriterSchema } from '@orderloom/engine';
import { upcastChain, upcasters, type Upcaster } from './upcasters.ts';
import { wireCodec } from './wire-codec.ts';

const generation = (letter: string, name: string, fields: readonly object[]) => ({
  stream: 'order',
  type: name,
  name: `orderloom.order.${name}`,
  fingerprint: letter.repeat(64),
  schema: { type: 'record', name: `orderloom.order.${name}`, fields },
});
const first = generation('a', 'OrderStopped', [{ name: 'code', type: 'int' }]);
const second = generation('b', 'OrderCancelled', [{ name: 'code', type: 'string' }]);
const third = generation('c', 'OrderCancelled', [{ name: 'reason', type: 'string' }]);
const compatible = generation('d', 'OrderCancelled', [
  { name: 'reason', type: 'string' },
  { name: 'note', type: ['null', 'string'], default: null },
]);

const steps: readonly Upcaster[] = [
  {
    from: first,
    to: second,
    upcast: ({ code }: { code: number }) => ({ code: code === 1 ? 'fraud' : 'buyer' }),
  },
  { from: second, to: third, upcast: ({ code }: { code: string }) => ({ reason: `${code} asked` }) },
];

const stored = (schemas: readonly (typeof first)[]): WriterSchema[] =>
  schemas.map(({ name, fingerprint, schema }, id) => ({
    id,
    name,
    fingerprint,
    json: JSON.stringify(schema),
  }));

const event = (type: string, data: object): RecordedEvent => ({
  stream: { tenant: 'main', type: 'order', key: 'k' },
  type,
  data,
  version: 1,
  slot: 0,
  sequence: 1,
  recordedAt: 1,
  commandId: 'c',
  commandFingerprint: '12345678',
  prev: '',
  causation: null,
  correlation: null,
  root: null,
  hops: 0,
  traceparent: null,
  actor: null,
  businessLine: null,
  channel: null,
  occurredAt: null,
});

const all = [first, second, third, compatible];
const written = (message: typeof first, data: object) => {
  const codec = wireCodec({ events: [message], upcasters: [] });
  codec.bind(stored(all));
  const target = Buffer.alloc(1024);
  codec.writeFrame(event(message.type, data), target, 0);
  return { target, identity: codec.lastIdentity() };
};
const readBy = (events: readonly (typeof first)[], known: readonly Upcaster[], target: Buffer, at = 0) => {
  const codec = wireCodec({ events, upcasters: known });
  codec.bind(stored(all));
  return codec.readFrame(target, at);
};

describe('an event of an old meaning', () => {
  test('goes through every step to the newest name and shape', () => {
    const { target } = written(first, { code: 1 });
    const { event: read } = readBy([third], steps, target);
    expect([read.type, read.data]).toEqual(['OrderCancelled', { reason: 'fraud asked' }]);
  });

  test('may join the chain in the middle', () => {
    expect(readBy([third], steps, written(second, { code: 'seller' }).target).event.data).toEqual({
      reason: 'seller asked',
    });
  });

  test('keeps the identity of the bytes that were written', () => {
    const { target, identity } = written(first, { code: 1 });
    expect(readBy([third], steps, target).identity).toBe(identity);
  });

  test('is unreadable without its upcaster', () => {
    expect(() => readBy([third], [], written(first, { code: 1 }).target)).toThrow(
      /OrderStopped is not an event/,
    );
    expect(() => readBy([third], [], written(second, { code: 'x' }).target)).toThrow(/cannot read/);
  });
});

test('a golden stream of three generations is one chain of one event type', () => {
  const bytes = readFileSync(join(import.meta.dirname, '..', 'golden', 'upcasting', 'order.frames'));
  const read = [];
  let prev = '';
  for (let at = 0; at < bytes.length;) {
    const frame = readBy([third], steps, bytes, at);
    expect(frame.event.prev).toBe(prev);
    prev = frame.identity;
    at = frame.end;
    read.push({ type: frame.event.type, data: { ...frame.event.data } });
  }
  expect(read).toEqual([
    { type: 'OrderCancelled', data: { reason: 'fraud asked' } },
    { type: 'OrderCancelled', data: { reason: 'seller asked' } },
    { type: 'OrderCancelled', data: { reason: 'the warehouse asked' } },
  ]);
});

test('a field that was added or dropped needs no upcaster', () => {
  expect({ ...readBy([compatible], [], written(third, { reason: 'r' }).target).event.data }).toEqual({
    reason: 'r',
    note: null,
  });
  expect({
    ...readBy([third], [], written(compatible, { reason: 'r', note: 'n' }).target).event.data,
  }).toEqual({ reason: 'r' });
});

test('a chain that does not reach the present shape, or runs in a circle, is a defect', () => {
  expect(() => readBy([compatible], steps, written(first, { code: 1 }).target)).toThrow(
    /not the present one/,
  );
  const circle = [...steps, { from: third, to: first, upcast: () => ({}) }];
  expect(() => upcastChain(circle, first)).toThrow(/circle/);
});

test('the upcasters of this build fit together', () => {
  for (const { from } of upcasters) expect(upcastChain(upcasters, from)).toBeDefined();
});
