import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Report } from '../harness/report.ts';
import { ROOT } from '../harness/tree.ts';

const bench = (...args: string[]) =>
  spawnSync(process.execPath, [join(ROOT, 'bench', 'run.mjs'), ...args], { cwd: ROOT, encoding: 'utf8' });

describe('npm run bench', () => {
  test('measures the engine beside the raw log, and makes up no figure for whoever did not run', () => {
    const { status, stdout, stderr } = bench(
      'embedded-lifecycle',
      '--size=ci',
      '--only=raw-sqlite,orderloom',
      '--json',
    );
    expect({ status, stderr }).toMatchObject({ status: 0 });
    const { results, targets } = JSON.parse(stdout) as Report;
    const result = (name: string) => results.find((candidate) => candidate.name === name);
    expect(result('raw-sqlite accepted')?.runs).toHaveLength(2);
    expect(result('orderloom sustained')?.median).toBeGreaterThan(0);
    expect(result('orderloom events per command')?.median).toBeGreaterThan(2);
    expect(result('postgresql')).toMatchObject({ median: null, notMeasured: 'left out by --only' });
    const verdicts = new Map(targets.map(({ name, met }) => [name, met]));
    expect(verdicts.get('in process, times PostgreSQL')).toBe('not measured');
    expect(verdicts.get('in process, of the raw group commit')).not.toBe('not measured');
  }, 120_000);

  test('says what can be asked for where the call is wrong', () => {
    const { status, stderr } = bench('no-such-bench');
    expect(status).toBe(2);
    expect(stderr).toContain('embedded-lifecycle');
  }, 60_000);
});
