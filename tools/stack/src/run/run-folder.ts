import { join } from 'node:path';
import { cacheFolder } from '../install/cache-folder.ts';
import { identityOf, type Identity } from '../processes/identity.ts';

/** Where this test run keeps its servers; without a run, where this user's servers are. */
export const runFolder = (): string => process.env['ORDERLOOM_STACK_RUN'] ?? join(cacheFolder(), 'run');

/**
 * For whom servers are started that several processes share: the runner that says so in ORDERLOOM_STACK_HOLDER, else
 * the process that this one was forked by, as Jest forks its workers, else this process.
 */
export const runner = (): Identity => {
  const named = Number(process.env['ORDERLOOM_STACK_HOLDER'] ?? 0);
  const forkedBy = process.send === undefined ? process.pid : process.ppid;
  const found = identityOf(named > 0 ? named : forkedBy) ?? identityOf(process.pid);
  if (found === undefined) throw new Error('this process does not find itself in the list of processes');
  return found;
};
