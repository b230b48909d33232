import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** SHA-256 over the path and the content of every file below a folder, in an order that is the same everywhere. */
export const folderDigest = (folder: string): string => {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
  const total = createHash('sha256');
  for (const file of files) {
    const content = createHash('sha256').update(readFileSync(join(folder, file)));
    total.update(`${content.digest('hex')}  ${file}\n`);
  }
  return total.digest('hex');
};
