import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from '@jest/globals';
import { aGroup } from '@orderloom/testing';
import { openLog } from './event-log.ts';

// Invariant: what an append has acknowledged is in the log after the process was killed, and nothing is half there.

const ROUNDS = process.env.ORDERLOOM_SIZE === 'full' ? 50 : 6;

/** Opens the log, says so, and appends groups for ever; prints a group's number after it was appended. */
const OWNER = `
  import { openLog, writeEngineFile } from '@orderloom/sqlite';
  const folder = process.argv[1];
  const log = openLog(folder, { schemas: [] });
  writeEngineFile(folder, { pid: process.pid, url: null });
  process.stdout.write('open\\n');
  for (let first = log.head() + 1; ; first += 3) {
    const group = { first, count: 3, frames: new Uint8Array(2000).fill(first), outbound: [] };
    log.append({ ...group, deadLetters: [], parked: [] });
    process.stdout.write(first + 2 + '\\n');
  }`;

const children: ChildProcess[] = [];
const folders: string[] = [];

/** Starts an owner and resolves when it has printed `lines` lines. `last()`: the last line. */
const anOwner = async (folder: string, lines: number) => {
  const args = ['--conditions=@orderloom/source', '--input-type=module', '-e', OWNER, folder];
  const child = spawn(process.execPath, args, {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  let last = '';
  let seen = 0;
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      last = line;
      if (++seen === lines) resolve();
    });
    child.on('exit', (code) => reject(new Error(`the owner ended with ${String(code)}`)));
  });
  const kill = (): Promise<void> =>
    new Promise((resolve) => {
      child.removeAllListeners('exit').on('close', () => resolve());
      child.kill('SIGKILL');
    });
  return { pid: child.pid, kill, last: () => Number(last) };
};

const aFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'orderloom-crash-'));
  folders.push(folder);
  return folder;
};

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe('the owner of a log, killed', () => {
  it('leaves every group that was acknowledged, and an unbroken chain', async () => {
    const folder = aFolder();
    for (let round = 0; round < ROUNDS; round++) {
      const owner = await anOwner(folder, 20 + 37 * round);
      await owner.kill();
      const log = openLog(folder, { schemas: [] });
      expect(log.head()).toBeGreaterThanOrEqual(owner.last());
      expect(log.head() % 3).toBe(0);
      log.close();
    }
  }, 600_000);

  it('is the only one while it lives, and is followed when it is gone', async () => {
    const folder = aFolder();
    const owner = await anOwner(folder, 5);
    expect(() => openLog(folder, { schemas: [] })).toThrow(`belongs to process ${String(owner.pid)}`);
    await owner.kill();
    const log = openLog(folder, { schemas: [] });
    log.append(aGroup(log.head() + 1, 1));
    log.close();
  });
});
