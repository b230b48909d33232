import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where servers are kept from one run to the next. Root's is `/var/cache`: Elasticsearch refuses to run as root, and
 * the user that it is given to cannot enter root's home.
 */
const parent = (): string => {
  const named = process.env['XDG_CACHE_HOME'];
  if (named !== undefined && named !== '') return named;
  return process.getuid?.() === 0 ? '/var/cache' : join(homedir(), '.cache');
};

/** The cache folder, made where it is missing. */
export const cacheFolder = (): string => {
  const folder = join(parent(), 'orderloom', 'stack');
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  return folder;
};
