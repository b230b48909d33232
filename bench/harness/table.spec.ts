import { describe, expect, test } from '@jest/globals';
import type { Report } from './report.ts';
import { figure, markdownTables, plainReport } from './table.ts';

const report: Report = {
  name: 'example',
  size: 'ci',
  date: '2026-01-31',
  machine: {
    cpus: '2 x example',
    memory: '1 GiB',
    system: 'example',
    disk: 'ext4',
    load: '0',
    versions: { node: '24' },
  },
  results: [
    { name: 'ours accepted', unit: 'commands/s', min: 51_234.5, median: 52_000, max: 53_000, runs: [1, 2] },
    { name: 'theirs', unit: '', min: null, median: null, max: null, runs: [], notMeasured: 'not installed' },
  ],
  targets: [
    { name: 'a', target: '>= 0.3', actual: 0.4449, min: 0.4, max: 0.5, met: true },
    { name: 'b', target: '>= 4', actual: 3, min: 2, max: 5, met: 'not decidable' },
    { name: 'c', target: '<= 25', actual: 30, min: 26, max: 31, met: false },
    { name: 'd', target: '>= 12', actual: null, min: null, max: null, met: 'not measured' },
  ],
};

describe('a report for people', () => {
  test('has the digits that mean something', () => {
    expect([51_234.5, 999, 12.345, 0.4449, null].map(figure)).toEqual([
      '51,235',
      '999',
      '12.3',
      '0.445',
      '-',
    ]);
  });

  test('says what was not measured, and why', () => {
    const text = plainReport(report);
    expect(text).toMatch(/^theirs .* not measured/m);
    expect(text).toContain('theirs: not measured: not installed');
  });

  test('tells a missed target from one that the runs cannot decide', () => {
    const { targets } = markdownTables(report);
    const verdicts = targets
      .split('\n')
      .slice(2)
      .map((row) => row.split('|').at(-2)?.trim());
    expect(verdicts).toEqual(['met', 'not decidable', 'MISSED', 'not measured']);
  });

  test('is a table in Markdown too', () => {
    const { results } = markdownTables(report);
    const widths = results.split('\n').map((row) => row.length);
    expect(new Set(widths).size).toBe(1);
    expect(results).toContain('| ours accepted |');
  });
});
