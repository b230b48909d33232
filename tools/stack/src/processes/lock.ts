import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StackError } from '../stack-error.ts';
import { until } from './until.ts';

const SQLITE_BUSY = 5;

/** SQLite's lock on a file: the operating system gives it back when the process ends, however it ends. */
const tryLock = (file: string): DatabaseSync | undefined => {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
};

/** Runs `work` while no other process holds `file`. Throws `busy` when it is not free within `waitMs`. */
export const whileLocked = async <T>(file: string, waitMs: number, work: () => Promise<T>): Promise<T> => {
  mkdirSync(dirname(file), { recursive: true });
  const held = await until(() => tryLock(file), waitMs);
  if (held === undefined) throw new StackError('busy', `${file} is held by another process`);
  try {
    return await work();
  } finally {
    held.close();
  }
};
