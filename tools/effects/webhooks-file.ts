import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SECRET } from './shop.ts';

/** The file that lets a process call these origins. */
export const webhooksFile = (folder: string, ...origins: readonly string[]): string => {
  const path = join(folder, 'webhooks.json');
  const content = Object.fromEntries(origins.map((origin) => [origin, { secret: SECRET }]));
  writeFileSync(path, JSON.stringify(content), { mode: 0o600 });
  return path;
};
