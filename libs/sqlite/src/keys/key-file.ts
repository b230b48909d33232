import { hash } from 'node:crypto';
import { join } from 'node:path';
import { EngineError } from '@orderloom/engine';
import { failureOf, isUnfit, openDatabase, type Database } from '../database.ts';

export const DIGEST_BYTES = 8;

// Rows of subject_key are appended and overwritten in place, never moved or deleted: a B-tree that moves a cell may
// leave a copy of it in the free part of a page, where no later erasure would find it.
const TABLES = `
  create table if not exists subject_key(id integer primary key, material blob not null, digest blob not null);
  create table if not exists assignment(id integer primary key, subject text not null);
  create index if not exists assignment_of on assignment(subject);
  create table if not exists token_key(tenant text primary key, material blob not null, digest blob not null);
  create table if not exists owner(n integer primary key, closed integer not null);
`;

/**
 * Opens keys.db for its one owner. What is deleted is overwritten (`secure_delete`), and `locking_mode` keeps the
 * index of the WAL in memory, so that no other process reads the file.
 */
export const openKeyFile = (folder: string): Database => {
  const file = join(folder, 'keys.db');
  return naming(file, () => {
    const database = openDatabase(file, {
      pragmas: `
        pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = full;
        pragma secure_delete = on;`,
    });
    try {
      database.exec(TABLES);
      const [check] = database.prepare<{ quick_check: string }>('pragma quick_check(1)').all();
      if (check?.quick_check !== 'ok') throw damaged(file, check?.quick_check ?? 'cannot be checked');
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
};

/** First bytes of the material's SHA-256: a flipped bit must not become a key that opens nothing. */
export const keyDigest = (material: Uint8Array): Buffer =>
  Buffer.from(hash('sha256', material, 'binary').slice(0, DIGEST_BYTES), 'latin1');

/** The material, or `keys-corrupt` naming the key where it is not what was made. */
export const checked = (
  file: string,
  name: string,
  row: { readonly material: Uint8Array; readonly digest: Uint8Array },
): Uint8Array => {
  if (keyDigest(row.material).equals(row.digest)) return row.material;
  throw damaged(file, `${name} is not what was written`);
};

/** Runs `work`; damage and a full disk get the store's own codes and the file's name. */
export const naming = <T>(file: string, work: () => T): T => {
  try {
    return work();
  } catch (error) {
    const failure = failureOf(error);
    if (failure === 'corrupt' || isUnfit(error)) throw damaged(file, (error as Error).message, error);
    if (failure === 'other') throw error;
    const message = `${file}: ${(error as Error).message}`;
    throw new EngineError('keys-unavailable', message, { retryable: true, cause: error });
  }
};

const damaged = (file: string, how: string, cause?: unknown): EngineError =>
  new EngineError('keys-corrupt', `${file}: ${how}; put it back from its own backup`, {
    retryable: false,
    cause,
  });
