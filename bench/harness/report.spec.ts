import { describe, expect, test } from '@jest/globals';
import type { Bench } from './bench.ts';
import type { Machine } from './machine.ts';
import { reportOf } from './report.ts';
import type { Rounds } from './rounds.ts';

const contender = (name: string) => ({ name, about: '', measure: async () => ({}) });
const bench: Bench = {
  name: 'example',
  method: '',
  contenders: [contender('ours'), contender('theirs'), contender('absent')],
  units: { accepted: 'commands/s', p99: 'ms' },
  targets: [
    {
      name: 'ours of theirs',
      at: 'least',
      limit: 0.5,
      actual: ({ ours, theirs }) => ours && theirs && (ours['accepted'] ?? 0) / (theirs['accepted'] ?? 1),
    },
    { name: 'at full size only', at: 'least', limit: 1, size: 'full', actual: () => 1 },
  ],
  rounds: { ci: 2, full: 5 },
};
const machine: Machine = {
  cpus: '2 x example',
  memory: '1 GiB',
  system: 'example',
  disk: 'ext',
  load: '0',
  versions: {},
};
const rounds: Rounds = {
  rounds: [
    { ours: { accepted: 60, p99: 1.5 }, theirs: { accepted: 100 } },
    { ours: { accepted: 80, p99: 2.5 }, theirs: { accepted: 100 } },
  ],
  notMeasured: new Map([['absent', 'no such server']]),
};
const report = reportOf(bench, { size: 'ci', date: '2026-01-31', machine, rounds });

describe('a report', () => {
  test('has the shape that others read', () => {
    expect(Object.keys(report)).toEqual(['name', 'size', 'date', 'machine', 'results', 'targets']);
    expect(report.results[0]).toEqual({
      name: 'ours accepted',
      unit: 'commands/s',
      min: 60,
      median: 70,
      max: 80,
      runs: [60, 80],
    });
  });

  test('lists contenders and figures in the order of the bench', () => {
    const names = report.results.map(({ name }) => name);
    expect(names).toEqual(['ours accepted', 'ours p99', 'theirs accepted', 'absent']);
  });

  test('has a reason and no number for a contender that could not run', () => {
    expect(report.results[3]).toMatchObject({ median: null, runs: [], notMeasured: 'no such server' });
  });

  test('says of each target of this size whether it was met', () => {
    expect(report.targets).toEqual([
      { name: 'ours of theirs', target: '>= 0.5', actual: 0.7, min: 0.6, max: 0.8, met: true },
    ]);
  });
});
