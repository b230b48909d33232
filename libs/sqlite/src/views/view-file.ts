import { hash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { failureOf, openDatabase, type Database } from '../database.ts';

/** Raised when the tables change: older files are then made again. */
const FORMAT = 4;
/** Ten orders a page: every page that a window touches is copied twice, so few of them cost less than small ones. */
const PAGE_BYTES = 16384;
/**
 * The WAL goes back into the file when it has this many pages, about 16 MB: a page is rewritten often before that, and
 * what is then synced keeps a commit of the log, which wants the same disk, waiting for some milliseconds only.
 */
const CHECKPOINT_PAGES = 1000;
/**
 * Synced where the WAL goes back, and not at each window. Never synced, all of it would stay in memory until the system
 * writes it back at once, half a minute later: commits of the log then wait for 150 ms.
 */
const SYNCHRONOUS = 'pragma synchronous = normal';

const TABLES = `
  create table document(
    n integer primary key, view text not null, id text not null, version integer not null,
    sort_key text not null, lists text not null, words text not null, instants text not null, body text not null,
    unique(view, id)
  );
  create table list_entry(
    list text not null, sort_key text not null, document integer not null,
    primary key(list, sort_key, document)
  ) without rowid;
  create table instant_entry(
    name text not null, at integer not null, sort_key text not null, document integer not null,
    primary key(name, at, sort_key, document)
  ) without rowid;
  create table list_count(list text primary key, documents integer not null) without rowid;
  create table list_sum(
    list text not null, unit text not null, name text not null, amount integer not null,
    primary key(list, unit, name)
  ) without rowid;
  create virtual table word_index using fts5(
    words, content='', columnsize=0, detail=none, tokenize="ascii tokenchars '-~'"
  );
  create table stream_chunk(
    n integer primary key, stream_id text not null, first_version integer not null, count integer not null,
    frames blob not null
  );
  create index stream_chunk_of on stream_chunk(stream_id, first_version);
  create table parked_event(
    n integer primary key, handler text not null, stream_id text not null, version integer not null,
    reason text not null, recorded_at integer not null
  );
  create table checkpoint(n integer primary key, at integer not null, sequences blob not null);
  create table owner(n integer primary key, boot text not null, closed integer not null);
`;

/** Which fold made a views file: another set of projections never reads it. 16 hex digits. */
export const viewGeneration = (foldIds: readonly string[]): string =>
  hash('sha256', JSON.stringify([FORMAT, ...[...foldIds].sort()])).slice(0, 16);

export const viewFile = (folder: string, generation: string): string =>
  join(folder, `views-${generation}.db`);

/** Deletes the views files of all generations but some. They can always be made again from the log. */
export const dropViewFiles = (folder: string, keep: readonly string[] = []): void => {
  for (const name of readdirSync(folder)) {
    const generation = /^views-(\w+)\.db(-wal|-shm|-journal)?$/.exec(name)?.[1];
    if (generation !== undefined && !keep.includes(generation)) rmSync(join(folder, name), { force: true });
  }
};

/** Deletes one generation. */
export const dropViewFile = (folder: string, generation: string): void => {
  for (const end of ['', '-wal', '-shm', '-journal'])
    rmSync(viewFile(folder, generation) + end, { force: true });
};

/**
 * Opens a generation for its one writer. A file that is damaged, half made, or that a machine crash may have torn
 * is deleted and begun again: windows are not synced one by one, so only a clean close or the same boot of the machine
 * vouch for it.
 */
export const openViewFile = (folder: string, generation: string): Database => {
  const file = viewFile(folder, generation);
  if (existsSync(file)) {
    try {
      const database = open(file);
      if (isTrusted(database)) return database;
      database.close();
    } catch (error) {
      if (!['corrupt', 'other'].includes(failureOf(error))) throw error;
    }
    dropViewFile(folder, generation);
  }
  const database = open(file);
  database.transaction(() => database.exec(TABLES));
  own(database, 0);
  return database;
};

/** Moves everything into the file and onto the disk, and says so in it. */
export const closeViewFile = (database: Database): void => {
  database.exec('pragma synchronous = full; pragma wal_checkpoint(truncate)');
  own(database, 1);
  database.close();
};

const open = (file: string): Database =>
  openDatabase(file, {
    pragmas: `
      pragma page_size = ${PAGE_BYTES}; pragma journal_mode = wal; ${SYNCHRONOUS};
      pragma wal_autocheckpoint = ${CHECKPOINT_PAGES}; pragma cache_size = -65536;`,
  });

const isTrusted = (database: Database): boolean => {
  const owner = database.prepare<{ boot: string; closed: number }>('select boot, closed from owner').get();
  if (owner === undefined) return false;
  if (owner.closed === 0 && (owner.boot === '' || owner.boot !== bootId())) return false;
  own(database, 0);
  return true;
};

/** Durable at once: a machine crash after this must not find an older note that the file is whole. */
const own = (database: Database, closed: 0 | 1): void => {
  database.exec('pragma synchronous = full');
  database.prepare('insert or replace into owner values (1, ?, ?)').run(bootId(), closed);
  database.exec(SYNCHRONOUS);
};

/** Tells one boot of the machine from the next; '' where the system does not say. */
const bootId = (): string => {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
};
