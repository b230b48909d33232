import { describe, expect, test } from '@jest/globals';
import { interleave, orderOfRound } from './rounds.ts';

describe('rounds', () => {
  test('measure everybody before they measure anybody again', async () => {
    const seen: string[] = [];
    await interleave(['a', 'b', 'c'], 2, async (contender, round) => {
      seen.push(`${contender}${round}`);
      return { figure: 1 };
    });
    expect(seen).toEqual(['a0', 'b0', 'c0', 'b1', 'c1', 'a1']);
  });

  test('keep what was measured, by round and contender', async () => {
    const { rounds } = await interleave(['a', 'b'], 2, async (contender, round) => ({
      figure: round * 10 + contender.length,
    }));
    expect(rounds).toEqual([
      { a: { figure: 1 }, b: { figure: 1 } },
      { a: { figure: 11 }, b: { figure: 11 } },
    ]);
  });

  test('drop every run of a contender that failed once, and say why', async () => {
    const { rounds, notMeasured } = await interleave(['a', 'b'], 3, async (contender, round) => {
      if (contender === 'b' && round === 1) throw new Error('connection refused');
      return { figure: 1 };
    });
    expect(rounds).toEqual([{ a: { figure: 1 } }, { a: { figure: 1 } }, { a: { figure: 1 } }]);
    expect([...notMeasured]).toEqual([['b', 'connection refused']]);
  });
});

test('every contender begins a round once in as many rounds as there are contenders', () => {
  const first = [0, 1, 2, 3].map((round) => orderOfRound(['a', 'b', 'c'], round)[0]);
  expect(first).toEqual(['a', 'b', 'c', 'a']);
  expect(orderOfRound([], 3)).toEqual([]);
});
