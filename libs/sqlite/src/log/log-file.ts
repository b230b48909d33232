import { existsSync, statSync } from 'node:fs';
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { EngineError, logCorrupt, logFenced, logUnavailable, type WriterSchema } from '@orderloom/engine';
import { failureOf, isUnfit, openDatabase, type Database } from '../database.ts';
import { CHAIN_START, LINK_BYTES } from './chain.ts';

/** Raised when an older program could no longer read what a newer one writes. */
const FORMAT = 1;
/** Small pages: a commit writes whole pages, and most groups are small. Salvage relies on the size too. */
export const PAGE_BYTES = 4096;
/** The WAL goes back into log.db when it has this many pages, about 4 MB: everybody waits for that, so a little often. */
const CHECKPOINT_PAGES = 1000;

const TABLES = `
  create table meta(name text primary key, value integer not null) without rowid;
  create table schema(
    id integer primary key, name text not null, fingerprint text not null, json text not null, digest blob not null
  );
  create table event_group(
    first integer primary key, count integer not null, frames blob not null, link blob not null
  );
  create table head(id integer primary key, last integer not null, link blob not null);
  create table dead_letter(
    id integer primary key, command_id text not null, tenant text not null, type text not null, key text not null,
    command_type text not null, code text not null, reason text not null, recorded_at integer not null,
    data text not null
  );
  create table parked_reaction(
    id integer primary key, handler text not null, tenant text not null, type text not null, key text not null,
    version integer not null, reason text not null, recorded_at integer not null
  );
`;

/** `full`: a commit is on the disk when it returns. `off`: for tests that must see what is lost without it. */
export type Durability = 'full' | 'off';

export const logFile = (folder: string): string => join(folder, 'log.db');

/** Opens log.db for its one writer, with its tables. */
export const openLogFile = (
  folder: string,
  durability: Durability,
  maxBytes: number | undefined,
): Database => {
  const file = logFile(folder);
  if (isEmpty(file)) refuseLostLog(folder);
  return naming(file, () => {
    const database = openDatabase(file, {
      pragmas: `
        pragma page_size = ${PAGE_BYTES}; pragma journal_mode = wal; pragma synchronous = ${durability};
        pragma wal_autocheckpoint = ${CHECKPOINT_PAGES};
        ${maxBytes === undefined ? '' : `pragma max_page_count = ${Math.ceil(maxBytes / PAGE_BYTES)};`}`,
    });
    try {
      createTables(database);
      checkFormat(database);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
};

/** Opens log.db beside a living writer, or without one. Throws `log-missing` where there is none. */
export const openLogFileForReading = (folder: string): Database => {
  const file = logFile(folder);
  if (isEmpty(file))
    throw new EngineError('log-missing', `there is no log.db in ${folder}, or an empty one`, {
      retryable: false,
    });
  return naming(file, () => {
    const database = openDatabase(file, { readOnly: true });
    try {
      checkFormat(database);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
};

const isEmpty = (file: string): boolean =>
  !existsSync(file) || (statSync(file).size === 0 && !existsSync(`${file}-wal`));

/** A log is always made before the files that depend on it. */
const refuseLostLog = (folder: string): void => {
  const orphan = ['keys.db', 'snapshot.bin'].find((name) => existsSync(join(folder, name)));
  if (orphan === undefined) return;
  throw logCorrupt(
    `log.db in ${folder} is missing or empty, but ${orphan} is there: put log.db back from a backup, ` +
      'or delete the whole folder to begin a new log',
  );
};

const createTables = (database: Database): void => {
  const tables = database.prepare<{ n: number }>('select count(*) n from sqlite_schema').get();
  if (tables?.n !== 0) return;
  database.transaction(() => {
    database.exec(TABLES);
    database.prepare('insert into meta values (?, ?)').run('format', FORMAT);
    database.prepare('insert into head values (1, 0, ?)').run(Buffer.from(CHAIN_START, 'latin1'));
  });
};

const checkFormat = (database: Database): void => {
  const tables = database.prepare<{ n: number }>("select count(*) n from sqlite_schema where name = 'meta'");
  if (tables.get()?.n !== 1) throw logCorrupt(`${database.file} is no log: it has none of its tables`);
  const format = database.prepare<{ value: number }>("select value from meta where name = 'format'").get();
  if (format === undefined) throw logCorrupt(`${database.file} is no log: it names no format`);
  if (format.value <= FORMAT) return;
  throw new EngineError(
    'log-too-new',
    `${database.file} has format ${format.value}; this program reads up to ${FORMAT}: use a newer one`,
    { retryable: false },
  );
};

const digestOf = (schema: Omit<WriterSchema, 'id'>): Buffer =>
  Buffer.from(
    hash('sha256', JSON.stringify([schema.name, schema.fingerprint, schema.json]), 'binary'),
    'latin1',
  ).subarray(0, LINK_BYTES);

/** The log's schemas in the order of their ids. Throws `LogCorrupt` where one is not what was written. */
export const storedSchemas = (database: Database): WriterSchema[] =>
  naming(database.file, () =>
    database
      .prepare<WriterSchema & { digest: Uint8Array }>('select * from schema order by id')
      .all()
      .map(({ digest, ...schema }, at) => {
        // Ids are given 1, 2, 3 … and stay: another one is damage, and would read events by the wrong schema.
        if (schema.id !== at + 1 || !digestOf(schema).equals(digest))
          throw logCorrupt(`${database.file}: schema ${schema.id} (${schema.name}) is not what was written`);
        return schema;
      }),
  );

/** Adds the schemas that the log does not have yet and gives them all. */
export const numberSchemas = (
  database: Database,
  schemas: readonly Omit<WriterSchema, 'id'>[],
): readonly WriterSchema[] => {
  const known = storedSchemas(database);
  const added = schemas.filter(
    (schema) => !known.some((one) => one.name === schema.name && one.fingerprint === schema.fingerprint),
  );
  if (added.length === 0) return known;
  const insert = database.prepare('insert into schema(name, fingerprint, json, digest) values (?, ?, ?, ?)');
  naming(database.file, () =>
    database.transaction(() => {
      for (const schema of added) insert.run(schema.name, schema.fingerprint, schema.json, digestOf(schema));
    }),
  );
  return storedSchemas(database);
};

/** Runs `work` and gives what SQLite throws the meaning that the port promises, with the file's name. */
export const naming = <T>(file: string, work: () => T): T => {
  try {
    return work();
  } catch (error) {
    throw logError(file, error);
  }
};

/** An error of SQLite as the port's error. Others stay as they are. */
export const logError = (file: string, error: unknown): unknown => {
  const message = `${file}: ${(error as Error).message}`;
  switch (failureOf(error)) {
    case 'full':
    case 'busy':
    case 'denied':
    case 'missing':
      return logUnavailable(`${message}; nothing was written`, error);
    case 'constraint':
      return logFenced(`${file}: another process has written to it`, error);
    case 'corrupt':
      return logCorrupt(`${message}; ${REMEDY}`, error);
    case 'other':
      return isUnfit(error)
        ? logCorrupt(`${message}: that is not what a log holds; ${REMEDY}`, error)
        : error;
    case 'unsure':
      return error;
  }
};

/** What to do about a damaged log. */
export const REMEDY =
  'nothing was changed: put it back from a backup, or take out the groups that are intact';
