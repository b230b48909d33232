import { readFileSync } from 'node:fs';

/** The least time for which an accepted command's id is remembered; this version forgets none. */
export const IDEMPOTENCY_WINDOW_MS = 30 * 86_400_000;

export const buildVersion = (): string =>
  (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string })
    .version;
