import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { whileLocked } from '../processes/lock.ts';
import { StackError } from '../stack-error.ts';
import { endServer, isHeld, readRecords } from './records.ts';

const LOOK_EVERY_MS = 500;
// Longer than the guard before this one needs to see that there is a new server, or to end.
const WAIT_FOR_THE_OTHER_MS = 4 * LOOK_EVERY_MS;

const needsGuard = (run: string): boolean => readRecords(run).some(({ holders }) => holders !== 'until-down');

const guard = async (run: string): Promise<void> => {
  while (needsGuard(run)) {
    for (const record of readRecords(run)) if (!isHeld(record)) await endServer(run, record);
    await pause(LOOK_EVERY_MS);
  }
};

const run = process.argv[2];
if (run === undefined) throw new Error('guard-entry RUN_FOLDER');
try {
  if (existsSync(run)) await whileLocked(join(run, 'guard.lock'), WAIT_FOR_THE_OTHER_MS, () => guard(run));
} catch (error) {
  if (!(error instanceof StackError && error.code === 'busy')) throw error;
}
