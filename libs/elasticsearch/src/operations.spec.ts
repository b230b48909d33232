import { describe, expect, test } from '@jest/globals';
import { SLOTS } from '@orderloom/decider';
import { indexNames, searchGeneration, STREAM_MAPPING, VIEW_MAPPING } from './indices.ts';
import {
  checkpointOf,
  checkpointOperation,
  chunkOperation,
  documentKey,
  documentOperation,
  parkedOperation,
  removalOperation,
  type Operation,
} from './operations.ts';

const sourceOf = ({ source }: Operation): Record<string, unknown> =>
  JSON.parse(source) as Record<string, unknown>;
const anOrder = {
  view: 'order',
  id: 'main/o-1',
  version: 3,
  document: { total: 5 },
  lists: ['main/all:'],
  sortKey: 'o-1',
};
const parked = (recordedAt: number) => ({
  handler: 'order',
  streamId: 's',
  version: 2,
  reason: 'x',
  recordedAt,
});

describe('a document', () => {
  test('has its view, tenant and key as id, and a digest where they are too long', () => {
    expect(documentKey('order', 'main/o-1')).toBe('order/main/o-1');
    const long = documentKey('buyer', `main/${'é'.repeat(300)}`);
    expect(long).toMatch(/^#[0-9a-f]{64}$/);
    expect(documentKey('buyer', `main/${'é'.repeat(301)}`)).not.toBe(long);
  });

  test('has no field that its mapping does not describe', () => {
    const described = Object.keys(VIEW_MAPPING.properties ?? {}).sort();
    const summed = { lists: ['main/all:'], unit: 'EUR', amounts: { revenue: -5 } };
    const found = { ...anOrder, text: ['tea'], counted: ['all:'], instants: { due: 1 }, summed };
    expect(Object.keys(sourceOf(documentOperation('to', found))).sort()).toEqual(described);
    expect(sourceOf(documentOperation('to', anOrder))).toMatchObject({ tenant: 'main', version: 3 });
  });

  test('that is removed stays as a mark with the version of its removal', () => {
    const removed = removalOperation('to', { view: 'order', id: 'main/o-1', version: 4 });
    expect(removed).toMatchObject({ id: 'order/main/o-1', version: 4 });
    expect(sourceOf(removed)).toMatchObject({ live: false, lists: [] });
  });
});

describe('a chunk of a stream', () => {
  test('is filed under its first event, the longest on top', () => {
    const chunk = { streamId: 'main/order/o-1', firstVersion: 4, count: 3, frames: Uint8Array.of(1, 2) };
    const operation = chunkOperation('to', chunk);
    expect(operation).toMatchObject({ id: 'main/order/o-1@4', version: 6, routing: 'main/order/o-1' });
    expect(Object.keys(sourceOf(operation))).toEqual(Object.keys(STREAM_MAPPING.properties ?? {}));
  });
});

describe('the notes of the store', () => {
  test('order parked events by time, and by place in the log within one millisecond', () => {
    const keys = [
      parkedOperation('to', parked(1000), { index: 9, at: 0 }),
      parkedOperation('to', parked(999), { index: 10, at: 0 }),
      parkedOperation('to', parked(1000), { index: 10, at: 0 }),
      parkedOperation('to', parked(1000), { index: 10, at: 1 }),
    ].map((operation) => sourceOf(operation)['sortKey'] as string);
    expect([...keys].sort()).toEqual([keys[1], keys[0], keys[2], keys[3]]);
  });

  test('give a checkpoint back as it was', () => {
    const checkpoint = { index: 7, sequences: Float64Array.from({ length: SLOTS }, (_, slot) => slot * 3) };
    const { document } = sourceOf(checkpointOperation('to', 'log@x', checkpoint));
    expect(checkpointOf(document)).toEqual(checkpoint);
  });
});

describe('the names of the indices', () => {
  test('change with the folds, whatever their order; the streams stay', () => {
    expect(searchGeneration(['order@1', 'stock@1'])).toBe(searchGeneration(['stock@1', 'order@1']));
    expect(searchGeneration(['order@2', 'stock@1'])).not.toBe(searchGeneration(['order@1', 'stock@1']));
    const place = { prefix: 'orderloom', generation: 'g1', frames: '1' };
    const [one, other] = [indexNames(place), indexNames({ ...place, generation: 'g2' })];
    expect(one.views).toEqual({ index: 'orderloom-views-g1', alias: 'orderloom-views-g1-writes' });
    expect(one.streams).toEqual(other.streams);
    expect(indexNames({ ...place, frames: '2' }).streams).not.toEqual(one.streams);
  });
});
