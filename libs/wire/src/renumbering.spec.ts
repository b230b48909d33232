// Frames that come from two logs, each with numbers of its own, read as one: a schema has one number, and no event
// changes on the way, its identity included.
import { describe, expect, test } from '@jest/globals';
import type { RecordedEvent, StreamRef } from '@orderloom/decider';
import { renumbering, schemaNumbering, type StoredGroup, type WriterSchema } from '@orderloom/engine';
import { recordedEvent } from '@orderloom/testing';
import { wireCodec } from './wire-codec.ts';

const STOCK: StreamRef = { tenant: 'main', type: 'stock', key: 'TEA@main' };
const SAID = [
  { type: 'StockReceived', data: { quantity: 10, reference: 'd1' } },
  { type: 'StockReserved', data: { orderId: 'o1', lineId: '1', quantity: 2 } },
  { type: 'StockReceived', data: { quantity: 5, reference: 'd2' } },
];
const events = SAID.map((event, at): RecordedEvent => ({
  ...recordedEvent(event, { stream: STOCK, version: at + 1, recordedAt: 1000 + at }),
  commandFingerprint: '12345678',
}));

/** A log that numbers the schemas of the build in this order, with the events in it. */
const aLog = (ordered: (schemas: readonly WriterSchema[]) => readonly WriterSchema[]) => {
  const codec = wireCodec();
  const schemas = ordered(codec.schemas().map((schema) => ({ ...schema, id: 0 })));
  codec.bind(schemas.map((schema, at) => ({ ...schema, id: at + 1 })));
  const target = Buffer.alloc(4096);
  let end = 0;
  const identities = events.map((event) => {
    end = codec.writeFrame(event, target, end);
    return codec.lastIdentity();
  });
  const group: StoredGroup = { first: 1, count: events.length, frames: target.subarray(0, end) };
  return { codec, group, identities };
};

const readWith = (schemas: readonly WriterSchema[], { frames }: StoredGroup) => {
  const codec = wireCodec();
  codec.bind(schemas);
  const bytes = Buffer.from(frames);
  const read: { event: RecordedEvent; identity: string }[] = [];
  for (let at = 0; at < bytes.length;) {
    const { event, identity, end } = codec.readFrame(bytes, at);
    read.push({ event, identity });
    at = end;
  }
  return read;
};

describe('frames of two numberings', () => {
  const [one, other] = [aLog((schemas) => schemas), aLog((schemas) => schemas.toReversed())];

  test('differ in their bytes, and are the same once they are renumbered', () => {
    expect(Buffer.from(other.group.frames).equals(one.group.frames)).toBe(false);
    const numbering = schemaNumbering([]);
    const group = renumbering(one.codec, numbering)(one.group);
    const known = [...numbering.schemas()];
    expect(renumbering(other.codec, numbering)(other.group)).toEqual(group);
    expect(numbering.schemas()).toEqual(known);
    expect(known.map(({ id, name }) => [id, name.split('.').at(-1)])).toEqual([
      [1, 'StockReceived'],
      [2, 'StockReserved'],
    ]);
  });

  test.each([
    ['one', one],
    ['the other', other],
  ])('of %s keep every event and its identity', (_, { codec, group, identities }) => {
    const numbering = schemaNumbering([]);
    const renumbered = renumbering(codec, numbering)(group);
    const read = readWith(numbering.schemas(), renumbered);
    expect(read.map(({ event }) => JSON.parse(JSON.stringify(event)) as unknown)).toEqual(
      JSON.parse(JSON.stringify(events)),
    );
    expect(read.map(({ identity }) => identity)).toEqual(identities);
  });
});
