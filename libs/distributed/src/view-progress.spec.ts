import { afterEach, describe, expect, test } from '@jest/globals';
import { SLOTS } from '@orderloom/decider';
import type { Checkpoint } from '@orderloom/engine';
import { turns, virtualClock } from '@orderloom/testing';
import { ViewProgress } from './view-progress.ts';

const checkpoint = (index: number, sequences: Readonly<Record<number, number>> = {}): Checkpoint => {
  const all = new Float64Array(SLOTS);
  for (const [slot, sequence] of Object.entries(sequences)) all[Number(slot)] = sequence;
  return { index, sequences: all };
};

describe('how far views of other processes have come', () => {
  const opened: ViewProgress[] = [];
  afterEach(async () => {
    for (const progress of opened.splice(0)) await progress.stop();
  });

  const open = () => {
    const clock = virtualClock(1_000_000);
    const world = {
      heads: [10, 20],
      shown: [checkpoint(10), checkpoint(20)] as (Checkpoint | undefined)[],
      isAway: false,
    };
    const progress = new ViewProgress({
      clock,
      heads: async () => world.heads,
      shown: async () => {
        if (world.isAway) throw new Error('away');
        return world.shown;
      },
    });
    opened.push(progress);
    const pass = async (ms: number): Promise<void> => {
      for (let past = 0; past < ms; past += 25) {
        await turns();
        clock.advance(25);
      }
      await turns();
    };
    return { progress, world, clock, pass };
  };

  test('adds the partitions up, and is as old as the last look where all is shown', async () => {
    const { progress, pass } = open();
    await pass(1_000);
    expect(progress.asOf()).toMatchObject({ index: 30, head: 30 });
    expect(progress.asOf().lagMs).toBeLessThanOrEqual(250);
  });

  test('grows old while one partition is behind, or nobody can be asked', async () => {
    const { progress, world, pass } = open();
    await pass(500);
    world.heads = [10, 25];
    await pass(1_000);
    expect(progress.asOf()).toMatchObject({ index: 30, head: 35 });
    expect(progress.asOf().lagMs).toBeGreaterThanOrEqual(1_000);
    world.shown = [checkpoint(10), checkpoint(25)];
    await pass(500);
    expect(progress.asOf().lagMs).toBeLessThanOrEqual(250);
    world.isAway = true;
    await pass(1_000);
    expect(progress.asOf().lagMs).toBeGreaterThanOrEqual(1_000);
  });

  test('a partition of which nothing is shown holds the rest up', async () => {
    const { progress, world, pass } = open();
    world.shown = [checkpoint(10), undefined];
    await pass(1_000);
    expect(progress.asOf()).toMatchObject({ index: 10, head: 30 });
    expect(progress.asOf().lagMs).toBeGreaterThanOrEqual(1_000);
  });

  test('tells whoever waits for a position when it is shown, or that the time is over', async () => {
    const { progress, world, pass } = open();
    const [early, late] = [
      progress.waitFor({ slot: 7, sequence: 3 }, 10_000),
      progress.waitFor({ slot: 7, sequence: 4 }, 200),
    ];
    world.shown = [checkpoint(10, { 7: 3 }), checkpoint(20)];
    await pass(300);
    expect(await Promise.all([early, late])).toEqual([true, false]);
    expect(await progress.waitFor({ slot: 7, sequence: 2 }, 0)).toBe(true);
  });

  test('tells whoever waits that nothing more will come, when it is stopped', async () => {
    const { progress } = open();
    const waiting = progress.waitFor({ slot: 7, sequence: 3 }, 10_000);
    await progress.stop();
    expect(await waiting).toBe(false);
  });
});
