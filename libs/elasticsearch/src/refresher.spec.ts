import { describe, expect, test } from '@jest/globals';
import type { Checkpoint } from '@orderloom/engine';
import { turns, virtualClock } from '@orderloom/testing';
import { Refresher } from './refresher.ts';

const at = (index: number): Checkpoint => ({ index, sequences: new Float64Array(1) });

const setUp = () => {
  const clock = virtualClock(10_000);
  const shown: [number, Record<string, number>][] = [];
  const problems: unknown[] = [];
  let failing = false;
  const refresher = new Refresher({
    clock,
    everyMs: 500,
    refresh: async (positions) => {
      const begun = clock.now() - 10_000;
      await turns(1);
      if (failing) throw new Error('away');
      const indices = [...positions].map(([part, { index }]) => [part, index]);
      shown.push([begun, Object.fromEntries(indices) as Record<string, number>]);
    },
    onProblem: (error) => problems.push(error),
  });
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 50) {
      clock.advance(50);
      await turns();
    }
  };
  return { clock, refresher, shown, problems, pass, fail: (now: boolean) => void (failing = now) };
};

describe('refreshing', () => {
  test('happens at once after a quiet time, and then at most every 500 ms', async () => {
    const { refresher, shown, pass } = setUp();
    for (let index = 1; index <= 20; index++) {
      refresher.note('log', at(index));
      await pass(100);
    }
    expect(shown.map(([ms]) => ms)).toEqual([0, 500, 1000, 1500, 2000]);
  });

  test('never happens while there is nothing to show', async () => {
    const { refresher, shown, pass, clock } = setUp();
    refresher.note('log', at(1));
    await pass(5000);
    expect(shown).toEqual([[0, { log: 1 }]]);
    expect(clock.pending()).toBe(0);
  });

  test('shows all parts at once', async () => {
    const { refresher, shown, pass } = setUp();
    refresher.note('a', at(3));
    refresher.note('b', at(8));
    refresher.note('a', at(4));
    await pass(50);
    expect(shown).toEqual([[0, { a: 4, b: 8 }]]);
  });

  test('shows what was noted while it ran with the next one', async () => {
    const { refresher, shown, pass, clock } = setUp();
    refresher.note('log', at(1));
    clock.advance(50);
    refresher.note('log', at(2));
    await pass(1000);
    expect(shown.map(([, positions]) => positions)).toEqual([{ log: 1 }, { log: 2 }]);
  });

  test('that fails is told, and tried again with everything that is not shown', async () => {
    const { refresher, shown, problems, pass, fail } = setUp();
    fail(true);
    refresher.note('a', at(1));
    await pass(1000);
    refresher.note('b', at(2));
    expect(problems.length).toBeGreaterThan(0);
    fail(false);
    await pass(1000);
    expect(shown.at(-1)?.[1]).toEqual({ a: 1, b: 2 });
  });

  test('can be asked for, and is not repeated where all is shown', async () => {
    const { refresher, shown } = setUp();
    refresher.note('log', at(1));
    await refresher.refreshed();
    await refresher.refreshed();
    expect(shown).toEqual([[0, { log: 1 }]]);
  });

  test('throws for whoever asked for it', async () => {
    const { refresher, fail } = setUp();
    fail(true);
    refresher.note('log', at(1));
    await expect(refresher.refreshed()).rejects.toThrow('away');
  });

  test('happens once more at the end', async () => {
    const { refresher, shown, pass } = setUp();
    refresher.note('log', at(1));
    await pass(100);
    refresher.note('log', at(2));
    await refresher.close();
    expect(shown.at(-1)?.[1]).toEqual({ log: 2 });
  });
});
