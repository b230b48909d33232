import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { whileLocked } from './lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'orderloom-lock-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LONG_MS = 20_000;

/** Another process that holds the lock, and says so, until it is killed. */
const holder = async (file: string) => {
  const source = `
    import { whileLocked } from ${JSON.stringify(join(import.meta.dirname, 'lock.ts'))};
    await whileLocked(${JSON.stringify(file)}, 0, () => {
      process.stdout.write('held');
      return new Promise((resolve) => setTimeout(resolve, 600_000));
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source]);
  await once(child.stdout, 'data');
  return child;
};

describe('a lock', () => {
  test('is held by one at a time, and all have their turn', async () => {
    const file = join(folder, 'turns.lock');
    let inside = 0;
    const most: number[] = [];
    const turn = (): Promise<void> =>
      whileLocked(file, LONG_MS, async () => {
        inside += 1;
        most.push(inside);
        await new Promise((resolve) => setImmediate(resolve));
        inside -= 1;
      });
    await Promise.all([turn(), turn(), turn()]);
    expect(most).toEqual([1, 1, 1]);
  });

  test('is given back when the work fails', async () => {
    const file = join(folder, 'fails.lock');
    const work = whileLocked(file, 0, () => Promise.reject(new Error('no luck')));
    await expect(work).rejects.toThrow('no luck');
    expect(await whileLocked(file, 0, async () => 'free')).toBe('free');
  });

  test('keeps others out while a process lives, and is free once that is killed', async () => {
    const file = join(folder, 'killed.lock');
    const child = await holder(file);
    const mine = async () => 'mine';
    await expect(whileLocked(file, 0, mine)).rejects.toMatchObject({ code: 'busy' });
    child.kill('SIGKILL');
    expect(await whileLocked(file, LONG_MS, mine)).toBe('mine');
  });
});
