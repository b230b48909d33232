import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigError } from './config.ts';

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : 'it cannot be read');

/**
 * What a configuration file exports by default: a module in JavaScript, or in TypeScript that needs nothing but its types taken
 * away. It is run with the rights of this process. `path` is taken from the working directory. Throws `ConfigError` where there is none,
 * where it does not run, and where it exports nothing.
 */
export const importConfigFile = async (path: string): Promise<unknown> => {
  const file = resolve(path);
  if (!existsSync(file)) throw new ConfigError([`ORDERLOOM_CONFIG: there is no file ${path}`]);
  let module: { readonly default?: unknown };
  try {
    module = (await import(pathToFileURL(file).href)) as { readonly default?: unknown };
  } catch (error) {
    throw new ConfigError([`ORDERLOOM_CONFIG: ${path} does not run: ${messageOf(error)}`]);
  }
  if (module.default === undefined)
    throw new ConfigError([`ORDERLOOM_CONFIG: ${path} exports nothing by default`]);
  return module.default;
};
