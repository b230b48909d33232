import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '@orderloom/engine';
import { failureOf, openDatabase } from './database.ts';

/** Makes the data folder where it is missing, and closes it to everybody but its owner (mode 0700). */
export const prepareFolder = (folder: string): void => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
};

/** How to reach the engine that owns a data folder. */
export type EngineFile = { readonly pid: number; readonly url: string | null };

const engineFile = (folder: string): string => join(folder, 'engine.json');

/** Writes engine.json, readable by its owner only; replaces an older one in one step. */
export const writeEngineFile = (folder: string, content: EngineFile): void => {
  const draft = `${engineFile(folder)}.new`;
  writeFileSync(draft, `${JSON.stringify(content)}\n`, { mode: 0o600 });
  renameSync(draft, engineFile(folder));
};

/** What the last engine wrote; it may be dead by now. `undefined`: nothing, or nothing readable. */
export const readEngineFile = (folder: string): EngineFile | undefined => {
  try {
    const { pid, url } = JSON.parse(readFileSync(engineFile(folder), 'utf8')) as Partial<EngineFile>;
    return typeof pid === 'number' ? { pid, url: url ?? null } : undefined;
  } catch {
    return undefined;
  }
};

export const removeEngineFile = (folder: string): void => rmSync(engineFile(folder), { force: true });

export type FolderLock = { readonly release: () => void };

/**
 * Takes the data folder for this process. The operating system gives it back when the process ends, however it
 * ends. Throws `folder-in-use` naming the owner.
 */
export const lockFolder = (folder: string): FolderLock => {
  prepareFolder(folder);
  const database = openDatabase(join(folder, 'lock.db'));
  try {
    database.exec('pragma locking_mode = exclusive; begin exclusive');
  } catch (error) {
    database.close();
    if (failureOf(error) !== 'busy') throw error;
    const owner = readEngineFile(folder);
    const who = owner === undefined ? 'another process' : `process ${owner.pid}`;
    const where = owner?.url ? ` at ${owner.url}` : '';
    throw new EngineError('folder-in-use', `${folder} belongs to ${who}${where}; stop it, or use it`, {
      retryable: true,
      cause: error,
    });
  }
  return { release: database.close };
};
