import { closeSync, existsSync, openSync, statSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';

// The only file that knows node:sqlite, so that a change of that module is a change here.

type Value = SQLInputValue;

/** A prepared statement whose rows have type `R`. */
export type Statement<R = unknown> = {
  readonly run: (...values: Value[]) => { readonly changes: number; readonly lastInsertRowid: number };
  readonly get: (...values: Value[]) => R | undefined;
  readonly all: (...values: Value[]) => R[];
  /** Row by row; nothing else may be done on the connection that would change the rows meanwhile. */
  readonly iterate: (...values: Value[]) => IterableIterator<R>;
};

export type Database = {
  readonly file: string;
  readonly exec: (sql: string) => void;
  readonly prepare: <R = unknown>(sql: string) => Statement<R>;
  /** All of `work` or nothing. Throws what `work` or the commit throws, after rolling back. */
  readonly transaction: <T>(work: () => T) => T;
  /** What `work` reads is of one moment. */
  readonly reading: <T>(work: () => T) => T;
  readonly close: () => void;
};

/** How long a statement waits for another connection's lock, ms. Short: the log's writer is the main thread. */
const LOCK_WAIT_MS = 100;

/** Pages of our files: SQLite's own choice, or a multiple of it. */
const LEAST_PAGE_BYTES = 4096;
const SQLITE_CORRUPT = 11;

/**
 * Opens a file, creating it for its owner alone (mode 0600). Read-only connections never create one. Throws what
 * `failureOf` calls `corrupt` where the file was cut inside a page.
 */
export const openDatabase = (
  file: string,
  options: { readOnly?: boolean; pragmas?: string } = {},
): Database => {
  const readOnly = options.readOnly ?? false;
  // Only where there is none: closing any handle on a file drops this process's POSIX locks on it.
  if (!readOnly && !existsSync(file)) closeSync(openSync(file, 'a', 0o600));
  refuseCut(file);
  const connection = new DatabaseSync(file, { readOnly, timeout: LOCK_WAIT_MS });
  try {
    if (options.pragmas !== undefined) connection.exec(options.pragmas);
    return wrap(file, connection);
  } catch (error) {
    connection.close();
    throw error;
  }
};

/**
 * SQLite fills up a last page that is cut with zeros and says nothing: where only bytes that no row uses are gone, all
 * reads as before. Somebody has cut the file all the same. A killed process leaves such a page, too, but beside the
 * journal that mends it.
 */
const refuseCut = (file: string): void => {
  if ([`${file}-wal`, `${file}-journal`].some((journal) => bytesOf(journal) > 0)) return;
  if (bytesOf(file) % LEAST_PAGE_BYTES === 0) return;
  throw Object.assign(new Error('the file ends inside a page: it was cut'), { errcode: SQLITE_CORRUPT });
};

const bytesOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

const wrap = (file: string, connection: DatabaseSync): Database => {
  const begin = connection.prepare('begin immediate');
  const commit = connection.prepare('commit');
  const beginReading = connection.prepare('begin');
  return {
    file,
    exec: (sql) => connection.exec(sql),
    prepare: <R>(sql: string) => connection.prepare(sql) as unknown as Statement<R>,
    transaction: (work) => {
      begin.run();
      try {
        const result = work();
        commit.run();
        return result;
      } catch (error) {
        // A full disk or an I/O error may have rolled back already.
        if (connection.isTransaction) connection.exec('rollback');
        throw error;
      }
    },
    reading: (work) => {
      beginReading.run();
      try {
        return work();
      } finally {
        commit.run();
      }
    },
    close: () => {
      if (connection.isOpen) connection.close();
    },
  };
};

/**
 * What an error of SQLite means for its caller. `full`, `busy`, `denied`: nothing was written, a later try may
 * succeed. `unsure`: an I/O error after which nobody can say what a power cut would leave.
 */
export type Failure = 'full' | 'busy' | 'denied' | 'corrupt' | 'missing' | 'constraint' | 'unsure' | 'other';

const FAILURES: Readonly<Record<number, Failure>> = {
  3: 'denied',
  5: 'busy',
  6: 'busy',
  7: 'full',
  8: 'denied',
  10: 'unsure',
  11: 'corrupt',
  13: 'full',
  14: 'missing',
  19: 'constraint',
  26: 'corrupt',
};
/** SQLITE_IOERR_WRITE: the commit's last frame never left, so the transaction is not in the file. */
const WRITE_REFUSED = 10 | (3 << 8);
/** SQLITE_IOERR_SHORT_READ, SQLITE_IOERR_CORRUPTFS: the file ends where a page should be. */
const SHORT_READS = [10 | (2 << 8), 10 | (33 << 8)];

/** Classifies what node:sqlite threw; `other` for everything that is not an error of SQLite. */
export const failureOf = (error: unknown): Failure => {
  // Not by `instanceof`: an error of another realm (a worker's, a test runner's) is no instance of this one's Error.
  const code = typeof error === 'object' && error !== null && 'errcode' in error ? Number(error.errcode) : 0;
  if (code === WRITE_REFUSED) return 'full';
  if (SHORT_READS.includes(code)) return 'corrupt';
  return FAILURES[code & 0xff] ?? 'other';
};

/** What Node says of a value that is not of its column's type: a number too large for one, text in place of bytes. */
const WRONG_VALUES = ['ERR_OUT_OF_RANGE', 'ERR_INVALID_ARG_TYPE'];

/**
 * Whether the file cannot be one that we wrote: our statements fit our tables, so SQLITE_ERROR means others, and our
 * rows hold what their columns say.
 */
export const isUnfit = (error: unknown): boolean => {
  if (typeof error !== 'object' || error === null) return false;
  const { errcode, code } = error as { readonly errcode?: unknown; readonly code?: unknown };
  return errcode === 1 || WRONG_VALUES.includes(String(code));
};
