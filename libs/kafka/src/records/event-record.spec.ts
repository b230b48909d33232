import { describe, expect, test } from '@jest/globals';
import { jsonCodec, memorySchemaIds } from '@orderloom/engine';
import { recordedEvent } from '@orderloom/testing';
import type { NewRecord, ReadRecord } from '../client/client-port.ts';
import { eventReader, eventWriter, type EventPlace } from './event-record.ts';
import { schemaNumbers } from './schema-numbers.ts';

const codec = jsonCodec();
const numbers = schemaNumbers(codec, memorySchemaIds(codec.schemas(), 70_000));
const write = eventWriter(codec, numbers);
const read = eventReader(codec, numbers);

const stream = { tenant: 'shop', type: 'account', key: 'k-1' };
const event = recordedEvent(
  { type: 'Deposited', data: { amount: 5 } },
  { stream, version: 3, slot: 77, sequence: 12, recordedAt: 1_700_000_000_123 },
);
const frames = Buffer.alloc(4096);
const end = codec.writeFrame(event, frames, 0);
const place: EventPlace = {
  ...{ index: 5_000_000_001, first: 5_000_000_000, count: 300 },
  source: { lane: 'bulk', offset: 2 ** 40 },
};

const asRead = ({ value, headers = {} }: NewRecord): Pick<ReadRecord, 'value' | 'headers'> => ({
  value: value as Buffer,
  headers: Object.fromEntries(
    Object.entries(headers).map(([name, said]) => [name, Buffer.from(said as string)]),
  ),
});

describe('an event as a record', () => {
  const { message } = write(frames, 0, place);

  test('shows strangers the CloudEvents attributes, and keeps its slot as key', () => {
    expect(message.key).toBe('77');
    expect(message.timestamp).toBe('1700000000123');
    expect(message.headers).toMatchObject({
      ...{ ce_specversion: '1.0', ce_source: '/orderloom', ce_type: 'Deposited', tenant: 'shop' },
      ...{ ce_id: 'shop/account/k-1/3', ce_subject: 'shop/account/k-1', ce_time: '2023-11-14T22:13:20.123Z' },
    });
    expect(Object.keys(message.headers ?? {})).toHaveLength(8);
  });

  test('shows the trace that it belongs to, where it has one', () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const traced = Buffer.alloc(4096);
    codec.writeFrame({ ...event, traceparent }, traced, 0);
    expect(write(traced, 0, place).message.headers).toMatchObject({ traceparent });
  });

  test('comes back byte for byte, with its place and its source', () => {
    expect(read(asRead(message))).toEqual({ ...place, frame: frames.subarray(0, end) });
  });

  test('that no command caused has no source', () => {
    const none = { ...place, source: { lane: null, offset: 0 } } as const;
    expect(read(asRead(write(frames, 0, none).message)).source).toEqual({ lane: null, offset: 0 });
  });

  test.each([
    ['no packed header', { ...message, headers: { ce_id: 'x' } }],
    ['a packed header of a later version', { ...message, headers: { orderloom: Buffer.from([2, 1]) } }],
    ['a packed header that is cut off', { ...message, headers: { orderloom: Buffer.from([1, 128]) } }],
    [
      'a type that its schema is not of',
      { ...message, headers: { ...message.headers, ce_type: 'Withdrawn' } },
    ],
    ['no registry head', { ...message, value: Buffer.from('plain') }],
  ])('with %s is unreadable', (_, broken) => {
    expect(() => read(asRead(broken as NewRecord))).toThrow(
      expect.objectContaining({ code: 'unreadable-frame' }),
    );
  });
});
