import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { engineNodeFlags } from './node-flags.ts';

const GIB = 2 ** 30;

describe('the flags of Node for an engine', () => {
  test('let a heap begin roomy, with an eighth of the memory at most', () => {
    expect(engineNodeFlags({ processors: 8, memory: 64 * GIB })).toEqual(['--initial-heap-size=700']);
    expect(engineNodeFlags({ processors: 8, memory: GIB })).toEqual(['--initial-heap-size=128']);
  });

  test('leave young collections to one thread where two processors are all', () => {
    expect(engineNodeFlags({ processors: 2, memory: 64 * GIB })).toContain('--no-parallel-scavenge');
    expect(engineNodeFlags({ processors: 3, memory: 64 * GIB })).not.toContain('--no-parallel-scavenge');
  });

  test('are known to this Node', () => {
    const flags = engineNodeFlags({ processors: 1, memory: GIB });
    expect(spawnSync(process.execPath, [...flags, '-e', '0'])).toMatchObject({ status: 0 });
  });
});
