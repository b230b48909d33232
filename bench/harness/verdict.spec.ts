import { describe, expect, test } from '@jest/globals';
import type { Round, Target } from './bench.ts';
import { verdictOf } from './verdict.ts';

const atLeast = (limit: number): Target => ({
  name: 'ratio',
  at: 'least',
  limit,
  actual: ({ ours, theirs }) => ours && theirs && (ours['accepted'] ?? 0) / (theirs['accepted'] ?? 1),
});
const round = (ours: number, theirs: number): Round => ({
  ours: { accepted: ours },
  theirs: { accepted: theirs },
});

describe('a target', () => {
  test('is met where every round keeps it', () => {
    const verdict = verdictOf(atLeast(0.3), [round(40, 100), round(50, 100), round(45, 100)]);
    expect(verdict).toEqual({ name: 'ratio', target: '>= 0.3', actual: 0.45, min: 0.4, max: 0.5, met: true });
  });

  test('is missed where no round keeps it', () => {
    expect(verdictOf(atLeast(0.3), [round(10, 100), round(29, 100)]).met).toBe(false);
  });

  test('is not decidable where the limit lies inside the spread', () => {
    expect(verdictOf(atLeast(0.3), [round(29, 100), round(40, 100), round(41, 100)]).met).toBe(
      'not decidable',
    );
  });

  test('is not measured where no round has both sides', () => {
    const verdict = verdictOf(atLeast(0.3), [{ ours: { accepted: 1 } }]);
    expect(verdict).toMatchObject({ actual: null, min: null, max: null, met: 'not measured' });
  });

  test('compares neighbours: a machine that is slow for one round does not count', () => {
    expect(verdictOf(atLeast(0.3), [round(40, 100), round(4, 10)]).met).toBe(true);
  });

  test('can be an upper limit', () => {
    const below: Target = { name: 'p99', at: 'most', limit: 25, actual: (r) => r['ours']?.['p99'] };
    expect(verdictOf(below, [{ ours: { p99: 12 } }])).toMatchObject({ target: '<= 25', met: true });
    expect(verdictOf(below, [{ ours: { p99: 12 } }, { ours: { p99: 26 } }]).met).toBe('not decidable');
  });
});
