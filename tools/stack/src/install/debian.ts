import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { whileLocked } from '../processes/lock.ts';
import { StackError } from '../stack-error.ts';
import { cacheFolder } from './cache-folder.ts';
import { mayInstall, onPath } from './programs.ts';

const APT_GET = '/usr/bin/apt-get';
const LISTS_GOOD_FOR_MS = 3_600_000;
const INSTALL_TIMEOUT_MS = 600_000;

/** What a Debian package brings: looked for by the caller, or as a program on PATH under the package's own name. */
type Find<T> = () => T | undefined;

/** Why what a Debian package brings cannot be had here, in one line; `undefined` where it can. */
export const debianObstacle = (
  name: string,
  find: Find<unknown> = () => onPath(name),
): string | undefined => {
  if (find() !== undefined) return undefined;
  if (!mayInstall())
    return `${name} is not installed (Debian: apt-get install ${name}, or set ORDERLOOM_STACK_INSTALL=1)`;
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

const installedNow = async <T>(name: string, find: Find<T>): Promise<T> => {
  if (find() === undefined) await install(name);
  const found = find();
  if (found === undefined)
    throw new StackError('install-failed', `${name} was installed, and is still not found`);
  return found;
};

/**
 * What `find` gives, after Debian's package was installed if it gave nothing at first. One process at a time
 * installs. Throws `unavailable` where `debianObstacle` gives a reason, `install-failed` where apt-get did not help.
 */
export const debianFind = async <T>(name: string, find: Find<T>): Promise<T> => {
  const found = find();
  if (found !== undefined) return found;
  const obstacle = debianObstacle(name, find);
  if (obstacle !== undefined) throw new StackError('unavailable', obstacle);
  const lock = join(cacheFolder(), 'apt.lock');
  return whileLocked(lock, INSTALL_TIMEOUT_MS, () => installedNow(name, find));
};

/** The full path of a program that the Debian package of the same name brings. Throws as `debianFind` does. */
export const debianProgram = (name: string): Promise<string> => debianFind(name, () => onPath(name));
