import { existsSync, globSync } from 'node:fs';
import { dirname } from 'node:path';
import { debianFind, debianObstacle } from '@orderloom/stack';

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

/** Why there is no PostgreSQL to be had here; `undefined` where there is. */
export const postgresObstacle = (): string | undefined => debianObstacle(PACKAGE, find);

/**
 * The folder with `initdb` and `postgres`, of the newest version that is installed; Debian's package is installed
 * first where there is none and ORDERLOOM_STACK_INSTALL is 1. Throws an error that names the package.
 */
export const postgresBinaries = (): Promise<string> => debianFind(PACKAGE, find);
