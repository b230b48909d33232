import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openLog } from './event-log.ts';

// Invariant: where the disk does not confirm a write, nothing is acknowledged, and the process ends.

/** Every sync fails, as on a dying disk, once the file named by FAIL_WHEN is there. */
const FAILING_SYNC = `
  #define _GNU_SOURCE
  #include <dlfcn.h>
  #include <errno.h>
  #include <stdlib.h>
  #include <unistd.h>
  static int sync_or_fail(const char *name, int fd) {
    if (access(getenv("FAIL_WHEN"), F_OK) == 0) { errno = EIO; return -1; }
    return ((int (*)(int))dlsym(RTLD_NEXT, name))(fd);
  }
  int fsync(int fd) { return sync_or_fail("fsync", fd); }
  int fdatasync(int fd) { return sync_or_fail("fdatasync", fd); }
`;

const APPENDING = `
  import { writeFileSync } from 'node:fs';
  import { openLog } from '@orderloom/sqlite';
  const log = openLog(process.argv[1], { schemas: [] });
  const group = (first) => ({ first, count: 1, frames: new Uint8Array(9), outbound: [] });
  log.append({ ...group(1), deadLetters: [], parked: [] });
  writeFileSync(process.env.FAIL_WHEN, '');
  try {
    log.append({ ...group(2), deadLetters: [], parked: [] });
    console.log('acknowledged');
  } catch {
    console.log('went on');
  }`;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'orderloom-sync-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const onLinux = process.platform === 'linux' ? it : it.skip;

describe('a failed sync', () => {
  onLinux('ends the process with a line that says why', () => {
    const shim = join(folder, 'shim.so');
    writeFileSync(join(folder, 'shim.c'), FAILING_SYNC);
    const built = spawnSync('cc', ['-shared', '-fPIC', '-o', shim, join(folder, 'shim.c'), '-ldl']);
    expect(built.stderr.toString()).toBe('');

    const data = join(folder, 'data');
    const args = ['--conditions=@orderloom/source', '--input-type=module', '-e', APPENDING, data];
    const env = { ...process.env, LD_PRELOAD: shim, FAIL_WHEN: join(folder, 'fail') };
    const run = spawnSync(process.execPath, args, { cwd: import.meta.dirname, env });
    expect(run.stdout.toString()).toBe('');
    expect(run.stderr.toString()).toMatch(
      /^orderloom: .*cannot tell what is on the disk, so the process ends\n$/,
    );
    expect(run.status).toBe(70);

    const log = openLog(data, { schemas: [] });
    expect(log.head()).toBeGreaterThanOrEqual(1);
    log.close();
  });
});
