import { join } from 'node:path';
import { whileLocked } from './processes/lock.ts';
import { runFolder } from './run/run-folder.ts';

const FREE_WITHIN_MS = 600_000;

/**
 * Runs `work`, which registers schemas in the shared Schema Registry, while no other suite does: its store in memory
 * gives one id twice, or answers 500, to two that register at once. Throws `busy` when its turn does not come.
 */
export const fillingRegistry = <T>(work: () => Promise<T>): Promise<T> =>
  whileLocked(join(runFolder(), 'registry-filling.lock'), FREE_WITHIN_MS, work);
