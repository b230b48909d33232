import { describe, expect, test } from '@jest/globals';
import { turns, virtualClock } from '@orderloom/testing';
import { StuckTransactions } from './stuck-transactions.ts';

/** Others' transactions: id -> when the open one began, by the coordinator's clock. */
const watched = (ids: readonly string[] = ['p-0', 'p-1']) => {
  const clock = virtualClock(0);
  const open = new Map<string, number>();
  const fenced: string[] = [];
  const problems: unknown[] = [];
  const broker = { answers: true };
  const stuck = new StuckTransactions({
    ids: () => ids,
    begun: (asked) =>
      broker.answers
        ? Promise.resolve(new Map([...open].filter(([id]) => asked.includes(id))))
        : Promise.reject(new Error('away')),
    fence: (id) => {
      fenced.push(id);
      open.delete(id);
      return Promise.resolve();
    },
    clock,
    onProblem: (error) => problems.push(error),
  });
  stuck.start();
  return { clock, open, fenced, problems, broker, stuck };
};

/** A look is a few promises long. */
const pass = async (clock: ReturnType<typeof virtualClock>, ms: number): Promise<void> => {
  for (let at = 0; at < ms; at += 250) {
    clock.advance(250);
    await turns(10);
  }
};

describe('transactions that others have left open', () => {
  test('are ended when they have been open for a second', async () => {
    const { clock, open, fenced } = watched();
    open.set('p-1', 77);
    await pass(clock, 1_000);
    expect(fenced).toEqual([]);
    await pass(clock, 250);
    expect(fenced).toEqual(['p-1']);
  });

  test('are let be where one follows the other', async () => {
    const { clock, open, fenced } = watched();
    for (let begun = 0; begun < 20; begun++) {
      open.set('p-0', begun);
      await pass(clock, 500);
    }
    expect(fenced).toEqual([]);
  });

  test('are ended after twice the time where whoever had one goes on at once: it was slow, and not frozen', async () => {
    const { clock, open, fenced } = watched();
    open.set('p-0', 1);
    await pass(clock, 1_250);
    expect(fenced).toEqual(['p-0']);
    open.set('p-0', 2);
    await pass(clock, 2_000);
    expect(fenced).toEqual(['p-0']);
    await pass(clock, 250);
    expect(fenced).toEqual(['p-0', 'p-0']);
    await pass(clock, 120_000);
    open.set('p-1', 3);
    await pass(clock, 1_250);
    expect(fenced).toEqual(['p-0', 'p-0', 'p-1']);
  });

  test('are let be where everything is slow', async () => {
    const { clock, open, fenced } = watched();
    for (let begun = 0; begun < 15; begun++) {
      open.set('p-0', begun);
      await pass(clock, 3_000);
    }
    expect(fenced).toHaveLength(2);
  });

  test('are looked for again after a broker was away, by what was known before', async () => {
    const { clock, open, fenced, problems, broker } = watched();
    open.set('p-0', 1);
    await pass(clock, 500);
    broker.answers = false;
    await pass(clock, 1_000);
    expect([fenced, problems.length]).toEqual([[], 4]);
    broker.answers = true;
    await pass(clock, 250);
    expect(fenced).toEqual(['p-0']);
  });

  test('are nobody’s concern who has stopped', async () => {
    const { clock, open, fenced, stuck } = watched();
    open.set('p-0', 1);
    await stuck.stop();
    await pass(clock, 5_000);
    expect(fenced).toEqual([]);
  });
});
