import { execFileSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { dirname } from 'node:path';

const APT_GET = '/usr/bin/apt-get';
const PACKAGE = 'postgresql';

/** Folders in which PostgreSQL keeps its server programs: Debian's, Red Hat's, and that of the official image. */
const PLACES = [
  '/usr/lib/postgresql/*/bin/postgres',
  '/usr/pgsql-*/bin/postgres',
  '/usr/local/bin/postgres',
  '/usr/bin/postgres',
];

const newest = (paths: readonly string[]): string | undefined =>
  [...paths].sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);

const find = (): string | undefined => {
  for (const place of PLACES) {
    const found = newest(globSync(place).filter((path) => existsSync(path)));
    if (found !== undefined) return dirname(found);
  }
  return undefined;
};

const installPackage = (): void => {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // What apt says goes to stderr: stdout is for the report.
  const options = { env, stdio: ['ignore', 2, 2] as ('ignore' | number)[] };
  execFileSync(APT_GET, ['update'], options);
  execFileSync(APT_GET, ['install', '--yes', '--no-install-recommends', PACKAGE], options);
};

/**
 * The folder with `initdb` and `postgres`, of the newest version that is installed. With `install`, Debian's package
 * is installed where there is none. Throws an error that names the package.
 */
export const postgresBinaries = (install: boolean): string => {
  const found = find();
  if (found !== undefined) return found;
  if (install) installPackage();
  const installed = find();
  if (installed === undefined)
    throw new Error(
      `PostgreSQL is not installed (Debian: apt-get install ${PACKAGE}, or set ORDERLOOM_STACK_INSTALL=1)`,
    );
  return installed;
};
