// Pieces of a partition whose broker answers late, in parts, or with nothing yet: a fetch that was too short is no end.
import { describe, expect, test } from '@jest/globals';
import { jsonCodec, memorySchemaIds } from '@orderloom/engine';
import { recordedEvent } from '@orderloom/testing';
import type { FetchedRecords, ReadRecord, TopicReader } from '../client/client-port.ts';
import { eventWriter } from '../records/event-record.ts';
import { schemaNumbers } from '../records/schema-numbers.ts';
import { lastOf, Pieces, type PieceOf } from './pieces.ts';

const codec = jsonCodec();
const events = schemaNumbers(codec, memorySchemaIds(codec.schemas(), 70_000));
const write = eventWriter(codec, events);

const aRecord = (index: number, [first, count]: readonly [number, number], offset: number): ReadRecord => {
  const stream = { tenant: 'shop', type: 'account', key: 'k-1' };
  const at = { stream, version: index, slot: 77, sequence: index, recordedAt: 1_700_000_000_000 };
  const event = recordedEvent({ type: 'Deposited', data: { amount: 5 } }, at);
  const frames = Buffer.alloc(4096);
  codec.writeFrame(event, frames, 0);
  const { message } = write(frames, 0, { index, first, count, source: { lane: null, offset: 0 } });
  const headers = Object.fromEntries(
    Object.entries(message.headers ?? {}).map(([name, said]) => [name, Buffer.from(said as string)]),
  );
  return { key: null, value: message.value as Buffer, headers, offset: String(offset) };
};

/** Groups of one, two and one events, a marker behind each. */
const LOG = [aRecord(1, [1, 1], 0), aRecord(2, [2, 2], 2), aRecord(3, [2, 2], 3), aRecord(4, [4, 1], 5)];
const END = 7;

/** A broker that gives so many records at a time, and nothing at first where it is `late`. */
const broker = ({ atOnce, isLate }: { readonly atOnce: number; readonly isLate: boolean }) => {
  const counts = { offsets: 0, looks: 0 };
  let isLateNow = false;
  const find = (from: number): FetchedRecords => {
    const messages = LOG.filter(({ offset }) => Number(offset) >= from).slice(0, atOnce);
    const last = messages.at(-1);
    return { messages, next: messages.length < atOnce || last === undefined ? END : Number(last.offset) + 1 };
  };
  const cluster: TopicReader = {
    offsets: async (_, side) => {
      counts.offsets++;
      return [side === 'end' ? END : 0];
    },
    ends: async () => new Map(),
    fetch: async (_, __, from) => {
      isLateNow = isLate && !isLateNow;
      return isLateNow ? { messages: [], next: from } : find(from);
    },
    look: async (_, __, from) => {
      counts.looks++;
      return find(from);
    },
    close: async () => undefined,
  };
  return { cluster, counts };
};
const piece = (cluster: TopicReader, end = END): PieceOf => ({
  ...{ number: 0, cluster, topic: 'events', partition: 0, end },
});

/** Asks as often as a reader does who waits, and gives the events that it was handed. */
const readOn = async (pieces: Pieces, of: PieceOf, after: number): Promise<readonly number[]> => {
  const read: number[] = [];
  let at = after;
  for (let times = 0; times < 20; times++)
    for (const { group } of await pieces.behind(of, at)) {
      for (let index = Math.max(group.first, at + 1); index <= lastOf(group); index++) read.push(index);
      at = lastOf(group);
    }
  return read;
};

describe('pieces behind an event', () => {
  const ways = [1, 2, 4].flatMap((atOnce) => [true, false].map((isLate) => ({ atOnce, isLate })));

  test.each(ways)('are read once and in order, $atOnce records at a time, late: $isLate', async (way) => {
    const { cluster } = broker(way);
    const pieces = new Pieces({ parts: codec, events });
    for (const after of [0, 1, 2, 3, 4, 1, 3])
      expect(await readOn(pieces, piece(cluster), after)).toEqual([1, 2, 3, 4].filter((n) => n > after));
  });

  test('are asked for without seeking the place anew, while there is nothing', async () => {
    const { cluster, counts } = broker({ atOnce: 4, isLate: false });
    const pieces = new Pieces({ parts: codec, events });
    for (let times = 0; times < 20; times++) expect(await pieces.behind(piece(cluster, 0), 0)).toEqual([]);
    expect(counts).toEqual({ offsets: 1, looks: 0 });
    expect(await readOn(pieces, piece(cluster), 0)).toEqual([1, 2, 3, 4]);
  });
});
