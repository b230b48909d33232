import { describe, expect, test } from '@jest/globals';
import type { Projection, RecordedEvent } from '@orderloom/decider';
import { recordedEvent } from '@orderloom/testing';
import { documentAsOf, type Moment } from './past.ts';

const stream = { tenant: 'main', type: 'tally', key: 't1' };

/** Adds up; cannot stand a `Poison`. */
const tally: Projection<number> = {
  ...{ name: 'tally', foldId: 'tally-1', streamType: 'tally' },
  fold: (sum = 0, { type, version }) => {
    if (type === 'Poison') throw new Error('no');
    return sum + version;
  },
  lists: () => [],
  sortKey: String,
};

/** One event a second, from second 1 on. */
const events = (count: number, change: (event: RecordedEvent) => RecordedEvent = (event) => event) =>
  Array.from({ length: count }, (_, at) =>
    change(
      recordedEvent({ type: 'Added', data: {} }, { stream, version: at + 1, recordedAt: 1000 * (at + 1) }),
    ),
  );

const pastOf = (kept: readonly RecordedEvent[], moment: Moment, most?: number) => {
  const history = async (_: unknown, after: number, limit: number) =>
    kept.filter(({ version }) => version > after).slice(0, limit);
  const engine = { history, globalOf: () => undefined };
  return documentAsOf(
    { engine, projection: tally as Projection, ...(most !== undefined && { most }) },
    stream,
    moment,
  );
};

/** 1 + 2 + … + version. */
const sumTo = (version: number): number => (version * (version + 1)) / 2;

describe('the past of a stream', () => {
  test.each<[string, number, Moment, number, boolean]>([
    ['a version in its middle', 9, { version: 4 }, 4, false],
    ['its last version', 9, { version: 9 }, 9, true],
    ['an instant between two events', 9, { instant: 4999 }, 4, false],
    ['the instant of an event', 9, { instant: 5000 }, 5, false],
    ['an instant behind all events', 9, { instant: 99_000 }, 9, true],
    ['a version of a long stream', 1700, { version: 1499 }, 1499, false],
    ['a version at the end of a page', 1000, { version: 500 }, 500, false],
    ['an instant at the end of the last page', 1000, { instant: 1_000_000 }, 1000, true],
  ])('at %s is the fold up to there', async (_, count, moment, version, isLast) => {
    const document = { id: 'main/t1', version, document: sumTo(version) };
    const recordedAt = 1000 * version;
    expect(await pastOf(events(count), moment)).toEqual({ outcome: 'found', document, recordedAt, isLast });
  });

  test('holds every event of one instant', async () => {
    const together = events(6, (event) => ({ ...event, recordedAt: 1000 }));
    expect(await pastOf(together, { instant: 1000 })).toMatchObject({ document: { version: 6 } });
  });

  test.each<[string, number, Moment, object]>([
    ['before it began', 3, { instant: 999 }, { outcome: 'before' }],
    ['at a version that it has not', 3, { version: 4 }, { outcome: 'beyond', version: 3 }],
    ['of which nothing is kept', 0, { instant: 5000 }, { outcome: 'beyond', version: 0 }],
  ])('%s is said to be so', async (_, count, moment, outcome) => {
    expect(await pastOf(events(count), moment)).toEqual(outcome);
  });

  test('folds no more events than it may', async () => {
    expect(await pastOf(events(9), { version: 5 }, 5)).toMatchObject({ outcome: 'found' });
    expect(await pastOf(events(9), { version: 6 }, 5)).toEqual({ outcome: 'too-long', most: 5 });
  });

  test('ends where the fold ends', async () => {
    const poisoned = events(5, (event) => (event.version === 3 ? { ...event, type: 'Poison' } : event));
    expect(await pastOf(poisoned, { version: 2 })).toMatchObject({ outcome: 'found' });
    expect(await pastOf(poisoned, { version: 3 })).toEqual({ outcome: 'unfoldable', version: 3 });
  });

  test('is not made up where an event is missing', async () => {
    const torn = events(5).filter(({ version }) => version !== 3);
    await expect(pastOf(torn, { version: 5 })).rejects.toMatchObject({ code: 'history-gap' });
  });
});
