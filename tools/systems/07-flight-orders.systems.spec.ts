// Orders that get fields, year after year, and nobody who reads them stops for it.
import { expect } from '@jest/globals';
import type { RecordedEvent } from '@orderloom/decider';
import { wireCodec } from '@orderloom/wire';
import { statement } from './statement.ts';

type Field = { readonly name: string; readonly type: string; readonly default?: string };

const MORE = 50;

const message = (letter: string, fields: readonly Field[]) => ({
  ...{
    stream: 'order',
    type: 'SeatChosen',
    name: 'orderloom.order.SeatChosen',
    fingerprint: letter.repeat(64),
  },
  schema: { type: 'record', name: 'orderloom.order.SeatChosen', fields },
});
type Message = ReturnType<typeof message>;

const seat: Field = { name: 'seat', type: 'string' };

const event = (data: object): RecordedEvent => ({
  ...{ stream: { tenant: 'main', type: 'order', key: 'k' }, type: 'SeatChosen', data },
  ...{
    version: 1,
    slot: 0,
    sequence: 1,
    recordedAt: 1,
    commandId: 'c',
    commandFingerprint: '12345678',
    prev: '',
  },
  ...{ causation: null, correlation: null, root: null, hops: 0, traceparent: null, actor: null },
  ...{ businessLine: null, channel: null, occurredAt: null },
});

/** What a reader makes of an event that another build has written; how it fails where it cannot. */
const readBy = (reader: Message, writer: Message, data: object): unknown => {
  const speaking = (spoken: Message) => {
    const codec = wireCodec({ events: [spoken], upcasters: [] });
    codec.bind(
      [reader, writer].map(({ name, fingerprint, schema }, id) => ({
        ...{ id, name, fingerprint, json: JSON.stringify(schema) },
      })),
    );
    return codec;
  };
  const frame = Buffer.alloc(4_096);
  speaking(writer).writeFrame(event(data), frame, 0);
  try {
    return { ...speaking(reader).readFrame(frame, 0).event.data };
  } catch (error) {
    return error;
  }
};

statement('7.4', async ({ has }) => {
  const added = Array.from({ length: MORE }, (_, n) => `field${String(n)}`);
  const fields = added.map((name): Field => ({
    ...{ name, type: 'string' },
    ...(has('field-defaults') ? { default: '' } : {}),
  }));
  const before = message('a', [seat]);
  const after = message('b', [seat, ...fields]);
  const filled = Object.fromEntries(added.map((name) => [name, 'x']));
  const empty = Object.fromEntries(added.map((name) => [name, '']));
  expect(readBy(before, after, { seat: '12A', ...filled })).toEqual({ seat: '12A' });
  expect(readBy(after, before, { seat: '12A' })).toEqual({ seat: '12A', ...empty });
});
