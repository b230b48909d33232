import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

const rootAbove = (folder: string): string => {
  if (existsSync(join(folder, 'nx.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('this file is not in the source tree of Orderloom');
  return rootAbove(parent);
};

/** The root of the source tree; the same whether this runs from the sources or from a build. */
export const ROOT = rootAbove(import.meta.dirname);
