import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { whileLocked } from '../processes/lock.ts';
import { StackError } from '../stack-error.ts';
import { cacheFolder } from './cache-folder.ts';
import { mayInstall } from './programs.ts';

const APT_GET = '/usr/bin/apt-get';
const LISTS_GOOD_FOR_MS = 3_600_000;
const INSTALL_TIMEOUT_MS = 600_000;

/** Why a Debian package may not be installed here; `undefined` where it may. */
export const debianObstacle = (name: string): string | undefined => {
  if (!mayInstall())
    return `${name} is not installed (apt-get install ${name}, or set ORDERLOOM_STACK_INSTALL=1)`;
  return existsSync(APT_GET)
    ? undefined
    : `${name} is not installed, and there is no apt-get to install it with`;
};

const aptGet = async (...args: readonly string[]): Promise<boolean> => {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // What apt says goes to stderr: stdout is for results.
  const child = spawn(APT_GET, ['-o', 'DPkg::Lock::Timeout=300', '--quiet=2', ...args], {
    env,
    stdio: ['ignore', 2, 2],
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return code === 0;
};

const listsAreFresh = (stamp: string): boolean =>
  existsSync(stamp) && Date.now() - statSync(stamp).mtimeMs < LISTS_GOOD_FOR_MS;

const install = async (name: string): Promise<void> => {
  const stamp = join(cacheFolder(), 'apt-lists-updated');
  const installing = ['install', '--yes', '--no-install-recommends', name];
  // A stamp may outlive the lists that it speaks of: then the second try brings them.
  if (listsAreFresh(stamp) && (await aptGet(...installing))) return;
  if (await aptGet('update')) writeFileSync(stamp, '');
  if (!(await aptGet(...installing)))
    throw new StackError('install-failed', `apt-get could not install ${name}`);
};

/**
 * What `find` gives, after Debian's package was installed if it gave nothing at first. One process at a time
 * installs. Throws `unavailable` where nothing may be installed, `install-failed` where that did not help.
 */
export const debianProgram = async <T>(name: string, find: () => T | undefined): Promise<T> => {
  const found = find();
  if (found !== undefined) return found;
  const obstacle = debianObstacle(name);
  if (obstacle !== undefined) throw new StackError('unavailable', obstacle);
  return whileLocked(join(cacheFolder(), 'apt.lock'), INSTALL_TIMEOUT_MS, async () => {
    if (find() === undefined) await install(name);
    const installed = find();
    if (installed === undefined)
      throw new StackError('install-failed', `${name} was installed, and is still not found`);
    return installed;
  });
};
