import { statSync } from 'node:fs';
import {
  notAvailable,
  type DeadLetter,
  type EventLog,
  type Group,
  type ParkedReaction,
  type StoredGroup,
  type WriterSchema,
} from '@orderloom/engine';
import { failureOf, type Database } from '../database.ts';
import { lockFolder } from '../folder.ts';
import { chainLink } from './chain.ts';
import { readGroups, readHead } from './groups.ts';
import {
  logError,
  naming,
  numberSchemas,
  openLogFile,
  openLogFileForReading,
  storedSchemas,
} from './log-file.ts';
import type { Durability } from './log-file.ts';

export type OpenLogOptions = {
  /** The schemas that this build writes; the log numbers those that are new to it. */
  readonly schemas: readonly Omit<WriterSchema, 'id'>[];
  readonly durability?: Durability;
  /** Appends beyond this size of log.db are refused as unavailable. */
  readonly maxBytes?: number;
  /** Logs up to this size are checked from end to end when they are opened, larger ones only where they are read. */
  readonly checkUpToBytes?: number;
  /** Called where nobody can say whether a group is durable. It must end the process, which is the default. */
  readonly fatal?: (error: Error) => void;
};

/** A log that is only read. `schemas`: its own numbering, for the codec. */
export type LogReader = Omit<EventLog, 'append' | 'read' | 'close'> & {
  readonly schemas: readonly WriterSchema[];
  readonly read: (after: number) => Iterable<StoredGroup>;
  readonly close: () => void;
};

export type SqliteLog = LogReader & { readonly append: (group: Group) => void };

const CHECK_UP_TO_BYTES = 2 ** 30;
/** EX_IOERR of sysexits.h. */
const EXIT_IO_ERROR = 70;

const endProcess = (error: Error): void => {
  process.stderr.write(`orderloom: ${error.message}: cannot tell what is on the disk, so the process ends\n`);
  process.exit(EXIT_IO_ERROR);
};

/**
 * The event log of one data folder, as its only writer: an append is on the disk when it returns.
 * Throws `folder-in-use`, or `LogCorrupt` where a group is not what was written.
 */
export const openLog = (folder: string, options: OpenLogOptions): SqliteLog => {
  const lock = lockFolder(folder);
  try {
    const database = openLogFile(folder, options.durability ?? 'full', options.maxBytes);
    try {
      const schemas = numberSchemas(database, options.schemas);
      const isSmall = statSync(database.file).size <= (options.checkUpToBytes ?? CHECK_UP_TO_BYTES);
      checkGroups(database, isSmall ? 0 : readHead(database).last);
      const writer = naming(database.file, () => logWriter(database, options.fatal ?? endProcess));
      const close = (): void => {
        database.close();
        lock.release();
      };
      return { ...reading(database), ...writer, schemas, close };
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    lock.release();
    throw error;
  }
};

/** The log of a data folder, read beside a living writer or without one. Throws `log-missing`. */
export const readLog = (folder: string): LogReader => {
  const database = openLogFileForReading(folder);
  return {
    ...reading(database),
    schemas: storedSchemas(database),
    head: () => readHead(database).last,
    close: database.close,
  };
};

const checkGroups = (database: Database, after: number): void => {
  const groups = readGroups(database, after);
  while (groups.next().done !== true);
};

const logWriter = (database: Database, fatal: (error: Error) => void): Pick<SqliteLog, 'append' | 'head'> => {
  const insert = database.prepare('insert into event_group values (?, ?, ?, ?)');
  const moveHead = database.prepare('update head set last = ?, link = ?');
  const keepLetter = letterWriter(database);
  const keepParked = parkedWriter(database);
  let { last, link } = readHead(database);

  const write = (group: Group, next: string): void =>
    database.transaction(() => {
      if (group.count > 0) {
        const bytes = Buffer.from(next, 'latin1');
        insert.run(group.first, group.count, group.frames, bytes);
        moveHead.run(group.first + group.count - 1, bytes);
      }
      group.deadLetters.forEach(keepLetter);
      group.parked.forEach(keepParked);
    });

  const append = (group: Group): void => {
    if (group.outbound.length > 0) throw notAvailable('a second partition in a SQLite log');
    if (group.first !== last + 1) throw new RangeError(`group ${group.first} does not follow event ${last}`);
    if (group.count === 0 && group.deadLetters.length === 0 && group.parked.length === 0) return;
    const next = group.count > 0 ? chainLink(link, group.first, group.count, group.frames) : link;
    try {
      write(group, next);
    } catch (error) {
      if (failureOf(error) === 'unsure') fatal(error as Error);
      throw logError(database.file, error);
    }
    last += group.count;
    link = next;
  };
  return { append, head: () => last };
};

const letterWriter = (database: Database): ((letter: DeadLetter) => void) => {
  const insert = database.prepare(
    `insert into dead_letter(command_id, tenant, type, key, command_type, code, reason, recorded_at, data)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return ({ commandId, stream, commandType, code, reason, recordedAt, data }) =>
    insert.run(
      commandId,
      stream.tenant,
      stream.type,
      stream.key,
      commandType,
      code,
      reason,
      recordedAt,
      data,
    );
};

const parkedWriter = (database: Database): ((parked: ParkedReaction) => void) => {
  const insert = database.prepare(
    `insert into parked_reaction(handler, tenant, type, key, version, reason, recorded_at)
     values (?, ?, ?, ?, ?, ?, ?)`,
  );
  return ({ handler, stream, version, reason, recordedAt }) =>
    insert.run(handler, stream.tenant, stream.type, stream.key, version, reason, recordedAt);
};

type StreamColumns = { readonly tenant: string; readonly type: string; readonly key: string };
type ParkedRow = Omit<ParkedReaction, 'stream'> & StreamColumns;
type LetterRow = Omit<DeadLetter, 'stream'> & StreamColumns;

const reading = (database: Database): Pick<LogReader, 'read' | 'parked' | 'deadLetters'> =>
  naming(database.file, () => {
    const parked = database.prepare<ParkedRow>(
      `select handler, tenant, type, key, version, reason, recorded_at recordedAt from parked_reaction order by id`,
    );
    const letters = database.prepare<LetterRow>(
      `select command_id commandId, tenant, type, key, command_type commandType, code, reason,
         recorded_at recordedAt, data
       from dead_letter order by id desc limit ?`,
    );
    return {
      read: (after) => readGroups(database, after),
      parked: () => naming(database.file, () => parked.all().map(withStream)),
      deadLetters: (limit) => naming(database.file, () => letters.all(limit).map(withStream)),
    };
  });

const withStream = <R extends StreamColumns>({ tenant, type, key, ...rest }: R) => ({
  ...rest,
  stream: { tenant, type, key },
});
