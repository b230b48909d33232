import { expect, test } from '@jest/globals';
import { parkedWithin, type ParkedStream } from './parked-streams.ts';

const parkedAt = (at: string): ParkedStream => ({
  ...{ id: at, group: 'labels', stream: 'main/order/1', reason: 'RangeError', at },
  ...{ versions: [1], redriving: false },
});
const NOON = '2026-01-01T12:00:00.000Z';
const ONE = '2026-01-01T13:00:00.000Z';
const streams = [NOON, '2026-01-01T12:30:00.000Z', ONE].map(parkedAt);

test('a window begins with its first instant and ends before its last', () => {
  const window = { from: Date.parse(NOON), to: Date.parse(ONE) };
  expect(parkedWithin(streams, window).map(({ at }) => at)).toEqual([NOON, '2026-01-01T12:30:00.000Z']);
});

test('a window that is open at an end has everything there', () => {
  expect(parkedWithin(streams, {})).toEqual(streams);
  expect(parkedWithin(streams, { from: Date.parse(ONE) }).map(({ at }) => at)).toEqual([ONE]);
  expect(parkedWithin(streams, { to: Date.parse(NOON) })).toEqual([]);
});
