import { expect, test } from '@jest/globals';
import { eventIdOf, type RecordedEvent } from '@orderloom/decider';
import { recordedEvent } from '@orderloom/testing';
import { inOrder } from './in-order.ts';

const event = (key: string, version: number, recordedAt: number, hops = 0): RecordedEvent => ({
  ...recordedEvent(
    { type: 'Said', data: {} },
    { stream: { tenant: 't', type: 's', key }, version, recordedAt },
  ),
  hops,
});

test('events of several streams are told by their time, causes first, and a stream in its order', () => {
  const told = inOrder([
    event('b', 1, 5, 1),
    event('a', 2, 5, 2),
    event('a', 1, 5),
    event('a', 3, 5, 0),
    event('c', 1, 4, 3),
  ]);
  expect(told.map(eventIdOf)).toEqual(['t/s/c/1', 't/s/a/1', 't/s/b/1', 't/s/a/2', 't/s/a/3']);
});
