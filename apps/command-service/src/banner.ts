import { resolve } from 'node:path';
import type { Config } from '@orderloom/runtime';

const SURVIVES = {
  full: 'an acknowledged command survives kill -9 and a power cut (fsync before every answer)',
  off: 'WARNING: an acknowledged command survives kill -9, NOT a power cut (no fsync)',
} as const;

/** What a start prints: where it serves, where the data is, and what an acknowledgement is worth. */
export const banner = (config: Config, url: string): string =>
  [
    `Orderloom serves ${url}`,
    `  data        ${resolve(config.data)}`,
    `  durability  ${config.durability}: ${SURVIVES[config.durability]}`,
    `  lifecycle   ${config.lifecycle}`,
    '  stop        Ctrl-C',
    '',
  ].join('\n');
