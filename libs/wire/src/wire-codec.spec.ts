// A frame is an event and nothing else: it comes back as it went in, wherever it stands and however the log numbers
// its schema, and damaged bytes are never taken for another event.
import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RecordedEvent } from '@orderloom/decider';
import { EngineError } from '@orderloom/engine';
import { avroEvents } from './generated/avro.ts';
import { wireCodec } from './wire-codec.ts';

const shipped: RecordedEvent = {
  stream: { tenant: 'main', type: 'order', key: '0mj3k5p6q7r8s9t0v1w2x' },
  version: 3,
  type: 'LinesShipped',
  data: {
    parcelId: 'parcel-7',
    lines: [{ lineId: '1', quantity: 2 }],
    last: true,
    fulfilmentId: null,
    due: null,
  },
  slot: 700,
  sequence: 12_345,
  recordedAt: 1_760_000_000_123,
  commandId: 'order-7:ship',
  commandFingerprint: '\u0000\u00ff345678',
  prev: '\u0000\u00ff34567890123456',
  causation: null,
  correlation: null,
  root: null,
  hops: 0,
  traceparent: null,
  actor: null,
  businessLine: null,
  channel: null,
  occurredAt: null,
};

const boundCodec = (firstId = 1) => {
  const codec = wireCodec();
  codec.bind(codec.schemas().map((schema, index) => ({ ...schema, id: firstId + index })));
  return codec;
};

const frameOf = (event: RecordedEvent, codec = boundCodec()) => {
  const target = Buffer.alloc(1 << 16);
  const end = codec.writeFrame(event, target, 0);
  return { bytes: Buffer.from(target.subarray(0, end)), identity: codec.lastIdentity() };
};

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const runs = process.env['ORDERLOOM_SIZE'] === 'full' ? 20_000 : 1_000;

const text = (maxLength = 128) => fc.string({ unit: 'grapheme', maxLength });
const count = fc.maxSafeNat();
const bytesOf = (length: number) =>
  fc
    .uint8Array({ minLength: length, maxLength: length })
    .map((bytes) => Buffer.from(bytes).toString('latin1'));
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });

const attributes = fc.record({
  stream: fc.record({ tenant: text(), type: fc.constant('order'), key: text() }),
  version: count,
  slot: fc.nat(1023),
  sequence: count,
  recordedAt: fc.nat(2 ** 31).map((half) => half * 1000),
  commandId: text(),
  commandFingerprint: bytesOf(8),
  prev: fc.oneof(fc.constant(''), bytesOf(16)),
  causation: orNull(text()),
  correlation: orNull(text()),
  root: orNull(text()),
  hops: fc.nat(16),
  traceparent: orNull(text()),
  actor: orNull(text()),
  businessLine: orNull(text()),
  channel: orNull(text()),
  occurredAt: orNull(fc.integer({ min: -(2 ** 42), max: 2 ** 42 })),
});

describe('a frame', () => {
  test('comes back with every attribute', () => {
    const codec = boundCodec();
    const target = Buffer.alloc(1 << 16);
    fc.assert(
      fc.property(attributes, fc.nat(100), (said, at) => {
        const event = { ...shipped, ...said };
        const end = codec.writeFrame(event, target, at);
        const read = codec.readFrame(target, at);
        expect(plain(read.event)).toEqual(plain(event));
        expect([read.end, read.identity]).toEqual([end, codec.lastIdentity()]);
      }),
      { numRuns: runs },
    );
  });

  // 'Ã©' has the character codes of the bytes of 'é'.
  const alike = ['main', 'maim', 'ma', '', 'Ã©', 'é'];
  test.each(alike.flatMap((first) => alike.map((second) => [first, second])))(
    'that says %j is followed by one that says %j',
    (...said) => {
      const codec = boundCodec();
      for (const text of said) {
        const event = { ...shipped, stream: { ...shipped.stream, tenant: text }, actor: text, channel: text };
        expect(codec.readFrame(frameOf(event, codec).bytes, 0).event).toMatchObject({
          ...{ stream: event.stream, actor: text, channel: text },
        });
      }
    },
  );

  test('is taken apart without its payload, and put together again', () => {
    const codec = boundCodec();
    const target = Buffer.alloc(1 << 16);
    fc.assert(
      fc.property(attributes, fc.nat(100), (said, at) => {
        const { stream, version, slot, recordedAt, traceparent } = said;
        const end = codec.writeFrame({ ...shipped, ...said }, target, at);
        const { schema, attributes: head, payload, ...parts } = codec.cut(target, at);
        expect(parts).toEqual({
          ...{ stream, version, slot, recordedAt, traceparent, end },
          cloudEventsType: 'orderloom.order.lines-shipped.v1',
        });
        expect(codec.schemaOf(schema).name).toBe('orderloom.order.LinesShipped');
        expect(codec.join(schema, head, payload).equals(target.subarray(at, end))).toBe(true);
      }),
      { numRuns: runs },
    );
  });

  test('of an ordinary event has about a hundred bytes', () => {
    expect(frameOf(shipped).bytes.length).toBeLessThan(110);
  });

  test('has as identity the SHA-256 of attributes, payload and schema fingerprint', () => {
    const { bytes, identity } = frameOf(shipped);
    const { fingerprint } = avroEvents.find(({ type }) => type === 'LinesShipped')!;
    const digest = createHash('sha256').update(bytes.subarray(8)).update(fingerprint, 'hex').digest();
    expect(identity).toBe(digest.toString('latin1', 0, 16));
  });

  test('has the same identity in a log that numbers its schemas otherwise', () => {
    const here = frameOf(shipped);
    const there = frameOf(shipped, boundCodec(500));
    expect(there.bytes.equals(here.bytes)).toBe(false);
    expect(there.identity).toBe(here.identity);
  });

  test('has another identity as soon as one attribute differs', () => {
    const one = frameOf(shipped).identity;
    fc.assert(
      fc.property(attributes, (said) => {
        const other = { ...shipped, ...said };
        expect(frameOf(other).identity === one).toBe(JSON.stringify(other) === JSON.stringify(shipped));
      }),
      { numRuns: 100 },
    );
  });

  test('is not written where it has no room, whatever the room', () => {
    const codec = boundCodec();
    const long = {
      ...shipped,
      data: { ...shipped.data, lines: Array.from({ length: 40 }, () => ({ lineId: 'l', quantity: 1 })) },
    };
    const needed = codec.writeFrame(long, Buffer.alloc(1 << 12), 0);
    for (let room = 0; room < needed + 32; room++)
      expect(() => codec.writeFrame(long, Buffer.alloc(room), 0)).toThrow(RangeError);
    expect(codec.writeFrame(long, Buffer.alloc(needed + 200), 0)).toBe(needed);
  });

  test.each([
    ['an unknown event type', { type: 'OrderEaten' }, /no event OrderEaten/],
    ['an unknown stream type', { stream: { ...shipped.stream, type: 'cake' } }, /of cake/],
    ['a fingerprint of another length', { commandFingerprint: '1234' }, /8 bytes/],
    ['a previous identity of another length', { prev: '1234' }, /16 bytes/],
    [
      'data of another shape',
      { data: { ...shipped.data, lines: [{ lineId: '1', quantity: 'Jane' }] } },
      /^a value does not fit the schema of orderloom.order.LinesShipped$/,
    ],
    ['an envelope over 64 KiB', { actor: 'a'.repeat(70_000) }, /65535 bytes/],
  ])('is not written for %s, and that is not a matter of room', (_name, change, message) => {
    const write = () => boundCodec().writeFrame({ ...shipped, ...change }, Buffer.alloc(1 << 20), 0);
    expect(write).toThrow(message);
    expect(write).not.toThrow(RangeError);
  });

  test('waits for the numbering of the log', () => {
    expect(() => wireCodec().writeFrame(shipped, Buffer.alloc(1024), 0)).toThrow(/bind/);
    const codec = wireCodec();
    codec.bind([]);
    expect(() => codec.writeFrame(shipped, Buffer.alloc(1024), 0)).toThrow(/bind/);
  });
});

describe('damaged bytes', () => {
  const codec = boundCodec();
  const samples = [
    shipped,
    { ...shipped, actor: 'somebody', channel: 'web', root: 'r', causation: 'c', hops: 2, occurredAt: 17 },
  ].map((event) => frameOf(event, codec));

  const read = (bytes: Buffer) => {
    try {
      return codec.readFrame(bytes, 0).identity;
    } catch (error) {
      if (error instanceof EngineError && error.code === 'unreadable-frame') return 'unreadable';
      throw error;
    }
  };

  test('are unreadable wherever they are cut off', () => {
    for (const { bytes } of samples)
      for (let length = 0; length < bytes.length; length++)
        expect(read(bytes.subarray(0, length))).toBe('unreadable');
  });

  test('are unreadable or another event whichever bit is flipped', () => {
    for (const { bytes, identity } of samples)
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const damaged = Buffer.from(bytes);
        damaged[bit >> 3]! ^= 1 << (bit & 7);
        expect(read(damaged)).not.toBe(identity);
      }
  });

  test('of any kind are answered without taking memory for what they claim to hold', () => {
    const { bytes } = samples[0]!;
    const before = process.memoryUsage().rss;
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.uint8Array({ maxLength: 24 }), (at, noise) => {
        const damaged = Buffer.from(bytes);
        damaged.set(noise.subarray(0, bytes.length - at), at);
        read(damaged);
      }),
      { numRuns: 10 * runs },
    );
    expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
  });

  test('that count more items than there are bytes are unreadable', () => {
    const whole = frameOf({ ...shipped, data: { ...shipped.data, parcelId: '', lines: [] } }, codec).bytes;
    // Payload: parcel id '' (00), no lines (00), last (01). Ten bytes now say 2^53 lines.
    const claim = Buffer.from([0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f]);
    const damaged = Buffer.concat([whole.subarray(0, -2), claim, Buffer.from([2, 2])]);
    damaged.writeUInt32LE(damaged.length - 4, 0);
    expect(() => codec.readFrame(damaged, 0)).toThrow(/do not fit the schema/);
  });

  test('with a schema that the log does not know are unreadable', () => {
    const bytes = Buffer.from(samples[0]!.bytes);
    bytes.writeUInt16LE(9999, 6);
    expect(() => codec.readFrame(bytes, 0)).toThrow(/schema 9999/);
  });

  test('of an event that this build does not know are unreadable', () => {
    const bytes = Buffer.from(samples[0]!.bytes);
    const other = wireCodec();
    const json = JSON.stringify({ type: 'record', name: 'orderloom.order.OrderEaten', fields: [] });
    other.bind([
      { id: bytes.readUInt16LE(6), name: 'orderloom.order.OrderEaten', fingerprint: 'ab'.repeat(32), json },
    ]);
    expect(() => other.readFrame(bytes, 0)).toThrow(/not an event of this build/);
  });
});
