import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, describe, expect, test } from '@jest/globals';
import { groupOf, identityOf, isAlive, signalAll } from './identity.ts';

const sleeper = () => spawn('sleep', ['600'], { stdio: 'ignore', detached: true });
const child = sleeper();
afterAll(() => void child.kill('SIGKILL'));

describe('a process', () => {
  test('is alive under the identity that it has, and under no other', () => {
    const identity = identityOf(child.pid!)!;
    expect(isAlive(identity)).toBe(true);
    expect(isAlive({ ...identity, started: 'at another time' })).toBe(false);
  });

  test('is not signalled under the identity of one that had its id before', () => {
    signalAll([{ pid: child.pid!, started: 'long ago' }], 'SIGKILL');
    expect(identityOf(child.pid!)).toBeDefined();
  });

  test('that has ended is no process, even before its parent has noticed', async () => {
    const other = sleeper();
    const identity = identityOf(other.pid!)!;
    signalAll([identity], 'SIGKILL');
    await once(other, 'exit');
    expect(identityOf(other.pid!)).toBeUndefined();
    signalAll([identity], 'SIGKILL');
  });

  test('leads a group of all that it has started', async () => {
    const shell = spawn('sh', ['-c', 'sleep 600 & echo started; wait'], { detached: true });
    try {
      await once(shell.stdout, 'data');
      const group = groupOf(shell.pid!);
      expect(group).toHaveLength(2);
      expect(group[0]!.pid).toBe(shell.pid);
    } finally {
      process.kill(-shell.pid!, 'SIGKILL');
    }
  });
});
