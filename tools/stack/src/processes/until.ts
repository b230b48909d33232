import { setTimeout as pause } from 'node:timers/promises';

const LOOK_EVERY_MS = 50;

/** Looks until there is something; `undefined` when `ms` are over. */
export const until = async <T>(
  look: () => T | undefined | Promise<T | undefined>,
  ms: number,
): Promise<T | undefined> => {
  const end = performance.now() + ms;
  for (;;) {
    const found = await look();
    if (found !== undefined || performance.now() > end) return found;
    await pause(LOOK_EVERY_MS);
  }
};
