import { describe, expect, test } from '@jest/globals';
import type { KafkaClient } from '../client/client-port.ts';
import { restMark } from './rest-mark.ts';

const generations = [{ internal: 'internal', events: 'events', group: 'processors' }];

/** A cluster of which nothing but these offsets is known. */
const markOf = (internal: readonly number[], decided: readonly number[], events: readonly number[] = [7]) => {
  const close = async () => undefined;
  const partitions = decided.map((offset, partition) => ({ partition, offset, metadata: '' }));
  const reader = { ends: async () => new Map(Object.entries({ internal, events })), close };
  const offsets = { of: async () => new Map([['internal', partitions]]), close };
  const kafka = { reader: async () => reader, committedOffsets: async () => offsets };
  return restMark(kafka as unknown as KafkaClient, generations);
};

describe('an engine on topics', () => {
  test('is at rest where every internal command is decided, and its mark is of that state', async () => {
    const mark = await markOf([3, 0], [3, -1]);
    expect(mark).toBeDefined();
    expect(await markOf([3, 0], [3, -1])).toBe(mark);
    expect(await markOf([3, 0], [3, -1], [8])).not.toBe(mark);
    expect(await markOf([4, 0], [4, -1])).not.toBe(mark);
  });
  test('is not while one is on its way, and where nobody has ever decided any', async () => {
    expect(await markOf([3, 1], [3, 0])).toBeUndefined();
    expect(await markOf([3], [-1])).toBeUndefined();
    expect(await markOf([3], [])).toBeUndefined();
  });
});
