import { describe, expect, test } from '@jest/globals';
import type { Projection } from '@orderloom/decider';
import { recordedEvent } from '@orderloom/testing';
import { EngineError } from './errors.ts';
import { knownPast, type KnownPast, type TenantTime } from './known-past.ts';
import type { Moment } from './past.ts';

const stream = { tenant: 'main', type: 'tally', key: 't1' };
const tally: Projection<number> = {
  ...{ name: 'tally', foldId: 'tally-1', streamType: 'tally' },
  fold: (sum = 0) => sum + 1,
  lists: () => [],
  sortKey: String,
};
/** One event a second, from second 1 on; the wall says second 10. */
const events = [1, 2, 3].map((version) =>
  recordedEvent({ type: 'Added', data: {} }, { stream, version, recordedAt: 1000 * version }),
);
const NOW = 10_000;

type Said = {
  readonly lagMs?: number;
  readonly time?: TenantTime;
  readonly versionOf?: () => number | undefined;
};

const pastOf = (moment: Moment, said: Said = {}): Promise<KnownPast> => {
  const { lagMs = 0, time = { now: NOW, isLive: true }, versionOf = () => 3 } = said;
  const engine = {
    history: async (_: unknown, after: number, limit: number) =>
      events.filter(({ version }) => version > after).slice(0, limit),
    ...{ globalOf: () => undefined, versionOf, asOf: () => ({ index: 0, head: 0, lagMs }) },
  };
  const projection = tally as Projection;
  return knownPast({ engine, projection, time, clock: () => NOW, patienceMs: 0 }, stream, moment);
};
const refused = (code: string) => ({ outcome: 'refused', code });

describe('the past that is known', () => {
  test('is the document at that moment', async () => {
    expect(await pastOf({ instant: 2500 })).toEqual({
      outcome: 'found',
      document: { id: 'main/t1', version: 2, document: 2 },
    });
  });
  test('is nothing before the first event, behind the last one, and in the future', async () => {
    expect(await pastOf({ instant: 999 })).toMatchObject(refused('as-of-before'));
    expect(await pastOf({ version: 4 })).toMatchObject({ ...refused('as-of-beyond'), currentVersion: 3 });
    expect(await pastOf({ instant: NOW + 1 })).toMatchObject(refused('as-of-ahead'));
  });
  test('is told later where the views may lack an event of the instant, and never for a version', async () => {
    expect(await pastOf({ instant: 9500 }, { lagMs: 1000 })).toEqual({ outcome: 'behind' });
    expect(await pastOf({ instant: 8500 }, { lagMs: 1000 })).toMatchObject({ outcome: 'found' });
    expect(await pastOf({ version: 2 }, { lagMs: 1000 })).toMatchObject({ outcome: 'found' });
  });
  test('of a simulated clock waits for all that was there when it was asked for', async () => {
    const time = { now: 5000, isLive: false };
    expect(await pastOf({ instant: 2000 }, { time, lagMs: 1 })).toEqual({ outcome: 'behind' });
    expect(await pastOf({ instant: 5001 }, { time })).toMatchObject(refused('as-of-ahead'));
  });
  test('of a version that the views do not show yet comes later', async () => {
    expect(await pastOf({ version: 4 }, { versionOf: () => 4 })).toEqual({ outcome: 'not-shown' });
  });
  test('ends with what the views show where another process decides the stream', async () => {
    const elsewhere = () => {
      throw new EngineError('not-available', 'elsewhere', { retryable: false });
    };
    expect(await pastOf({ version: 4 }, { versionOf: elsewhere })).toMatchObject(refused('as-of-beyond'));
  });
});
