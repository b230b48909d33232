import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from '@jest/globals';
import { aGroup, eventLogContract } from '@orderloom/testing';
import { openLog, readLog, type OpenLogOptions, type SqliteLog } from './event-log.ts';

const folders: string[] = [];
const logs: { close: () => void | Promise<void> }[] = [];

const aFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'orderloom-log-'));
  folders.push(folder);
  return folder;
};
const open = (folder: string, options: Partial<OpenLogOptions> = {}): SqliteLog => {
  const log = openLog(folder, { schemas: [], ...options });
  logs.push(log);
  return log;
};
const cleanUp = async (): Promise<void> => {
  for (const log of logs.splice(0)) await log.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
};
/** A closed log of groups of three events, `count` of them, all in log.db itself. */
const aLog = (count: number): string => {
  const folder = aFolder();
  const log = open(folder);
  for (let at = 0; at < count; at++) log.append(aGroup(1 + at * 3, 3));
  log.close();
  return folder;
};
const change = (folder: string, sql: string): void => {
  const database = new DatabaseSync(join(folder, 'log.db'));
  database.exec(sql);
  database.close();
};
const firsts = (groups: ReturnType<SqliteLog['read']>): number[] =>
  [...(groups as Iterable<{ first: number }>)].map(({ first }) => first);

afterEach(cleanUp);

eventLogContract({
  name: 'the SQLite log',
  create: () => {
    const folder = aFolder();
    return { open: () => open(folder), dispose: cleanUp };
  },
});

describe('the chain of a log', () => {
  const cases = {
    'a changed group': [
      'update event_group set frames = zeroblob(24) where first = 7',
      /begins with event 7:/,
    ],
    'a changed first group': ['update event_group set frames = zeroblob(24) where first = 1', /event 1:/],
    'a changed count': ['update event_group set count = 2 where first = 7', /event 7:/],
    'a removed group': ['delete from event_group where first = 7', /event 7: it is missing/],
    'a removed last group': ['delete from event_group where first = 28', /event 28: .*missing/],
    'an inserted group': [
      `insert into event_group select 31, 3, frames, link from event_group where first = 28`,
      /event 31:/,
    ],
    'two swapped groups': [
      `update event_group set first = -7 where first = 7; update event_group set first = 7 where first = 10;
       update event_group set first = 10 where first = -7`,
      /event 7:/,
    ],
    'a rewritten link': [
      "update event_group set link = x'00112233445566778899aabbccddeeff' where first = 7",
      /event 7:/,
    ],
    'a changed head': ['update head set last = 27', /missing|event/],
  } as const;
  it.each(Object.entries(cases))('shows %s when the log is opened, and names it', (_, [sql, message]) => {
    const folder = aLog(10);
    change(folder, sql);
    expect(() => open(folder)).toThrow(expect.objectContaining({ code: 'log-corrupt' }));
    expect(() => open(folder)).toThrow(message);
    expect(() => open(folder)).toThrow(join(folder, 'log.db'));
  });

  it('shows a changed schema', () => {
    const folder = aFolder();
    open(folder, { schemas: [{ name: 'OrderPlaced', fingerprint: 'aa', json: '{}' }] }).close();
    change(folder, `update schema set json = '[]'`);
    expect(() => open(folder)).toThrow(/schema 1 \(OrderPlaced\) is not what was written/);
  });

  it('is checked as far as it is read where the log is large', () => {
    const folder = aLog(10);
    change(folder, 'update event_group set frames = zeroblob(24) where first = 7');
    const log = open(folder, { checkUpToBytes: 0 });
    expect(() => firsts(log.read(0))).toThrow(/event 7:/);
    expect(firsts(log.read(9))).toEqual([10, 13, 16, 19, 22, 25, 28]);
  });
});

describe('a damaged log.db', () => {
  it.each([100, 4096, 20_000])('is named when it was cut to %i bytes', (size) => {
    const folder = aLog(200);
    const file = join(folder, 'log.db');
    writeFileSync(file, readFileSync(file).subarray(0, size));
    expect(() => open(folder)).toThrow(expect.objectContaining({ code: 'log-corrupt' }));
    expect(() => open(folder)).toThrow(file);
  });

  it('is named when it was cut where no row has a byte', () => {
    const folder = aFolder();
    const log = open(folder);
    // The last page of the file is then one that a blob flows over to, and fills in part.
    log.append(aGroup(1, 1, { frames: new Uint8Array(6000) }));
    log.close();
    const file = join(folder, 'log.db');
    truncateSync(file, statSync(file).size - 1);
    expect(() => open(folder)).toThrow(expect.objectContaining({ code: 'log-corrupt' }));
    expect(() => readLog(folder)).toThrow(file);
  });

  it('is read where a process was killed inside a page, and the journal beside it mends that', () => {
    const [living, folder] = [aFolder(), aFolder()];
    const log = open(living);
    for (let first = 1; first <= 40; first++) log.append(aGroup(first, 1));
    for (const name of ['log.db', 'log.db-wal']) copyFileSync(join(living, name), join(folder, name));
    appendFileSync(join(folder, 'log.db'), Buffer.alloc(100));
    expect(open(folder).head()).toBe(40);
  });

  it('is never taken for a new one when it is empty beside keys', () => {
    const folder = aLog(2);
    writeFileSync(join(folder, 'log.db'), '');
    writeFileSync(join(folder, 'keys.db'), 'x');
    expect(() => open(folder)).toThrow(/missing or empty, but keys.db is there/);
  });

  it('is found wherever a bit of a group was flipped', () => {
    const folder = aLog(40);
    const file = join(folder, 'log.db');
    const whole = readFileSync(file);
    const groups = Array.from({ length: 40 }, (_, at) => Buffer.from(aGroup(1 + at * 3, 3).frames));
    for (const frames of groups) {
      const flipped = Buffer.from(whole);
      const at = whole.indexOf(frames) + 5;
      flipped[at] = (flipped[at] ?? 0) ^ 16;
      writeFileSync(file, flipped);
      expect(() => open(folder)).toThrow(expect.objectContaining({ code: 'log-corrupt' }));
    }
    writeFileSync(file, whole);
    expect(open(folder).head()).toBe(120);
  });

  it.each([
    ['meta', 'value'],
    ['event_group', 'frames'],
    ['head', 'last'],
    ['dead_letter', 'data'],
    ['parked_reaction', 'handler'],
  ])('is named when the definition of %s was changed', (table, column) => {
    const folder = aLog(3);
    change(folder, `alter table ${table} rename column ${column} to other`);
    expect(() => open(folder)).toThrow(
      expect.objectContaining({ code: 'log-corrupt', message: expect.stringContaining('log.db') }),
    );
  });

  it.each([
    ['link', "update event_group set link = 'text' where first = 2"],
    [
      'link that is missing',
      `alter table event_group rename to old;
       create table event_group(first integer primary key, count integer, frames blob, link blob);
       insert into event_group select first, count, frames, iif(first = 2, null, link) from old; drop table old`,
    ],
    ['frames', 'update event_group set frames = 7 where first = 2'],
    ['count', "update event_group set count = 'many' where first = 2"],
    ['count', 'update event_group set count = 9007199254740993 where first = 2'],
    ['last link', "update head set link = 'text'"],
    ['digest', "update schema set digest = 'text'"],
    ['schema id', 'update schema set id = 5'],
  ])('is named when a %s is not what it can be', (_, sql) => {
    const folder = aFolder();
    const log = open(folder, { schemas: [{ name: 'OrderPlaced', fingerprint: 'aa', json: '{}' }] });
    for (let first = 1; first <= 3; first++) log.append(aGroup(first, 1));
    log.close();
    change(folder, sql);
    expect(() => open(folder)).toThrow(
      expect.objectContaining({ code: 'log-corrupt', message: expect.stringContaining('log.db') }),
    );
  });

  it('is named when its first bytes are not those of a database', () => {
    const folder = aLog(3);
    const file = join(folder, 'log.db');
    const bytes = readFileSync(file);
    bytes[3] = 0;
    writeFileSync(file, bytes);
    expect(() => open(folder)).toThrow(expect.objectContaining({ code: 'log-corrupt' }));
  });
});

describe('a full disk', () => {
  it('refuses the group as unavailable, and takes it when there is room again', () => {
    const folder = aFolder();
    const log = open(folder, { maxBytes: 200_000 });
    const large = { frames: new Uint8Array(300_000).fill(1) };
    log.append(aGroup(1, 2));
    expect(() => log.append(aGroup(3, 1, large))).toThrow(
      expect.objectContaining({ code: 'log-unavailable', retryable: true }),
    );
    expect(log.head()).toBe(2);
    log.append(aGroup(3, 2));
    log.close();
    const roomy = open(folder);
    roomy.append(aGroup(5, 1, large));
    expect(firsts(roomy.read(0))).toEqual([1, 3, 5]);
  });
});

describe('another writer in the file', () => {
  it('fences this one', () => {
    const folder = aFolder();
    const log = open(folder);
    log.append(aGroup(1, 1));
    change(folder, "insert into event_group values (2, 1, x'00', zeroblob(16))");
    expect(() => log.append(aGroup(2, 1))).toThrow(expect.objectContaining({ code: 'log-fenced' }));
  });

  it('makes the log unavailable while it holds the file', () => {
    const folder = aFolder();
    const log = open(folder);
    const other = new DatabaseSync(join(folder, 'log.db'));
    other.exec('begin immediate');
    expect(() => log.append(aGroup(1, 1))).toThrow(expect.objectContaining({ code: 'log-unavailable' }));
    other.close();
    log.append(aGroup(1, 1));
    expect(log.head()).toBe(1);
  });
});

describe('a reader beside the writer', () => {
  it('sees every group as soon as it is appended', () => {
    const folder = aFolder();
    const log = open(folder, { schemas: [{ name: 'OrderPlaced', fingerprint: 'aa', json: '{}' }] });
    log.append(aGroup(1, 1));
    const reader = readLog(folder);
    logs.push(reader);
    expect(reader.schemas).toEqual(log.schemas);
    log.append(aGroup(2, 3));
    expect(reader.head()).toBe(4);
    expect(firsts(reader.read(0))).toEqual([1, 2]);
  });

  it('needs a log', () => {
    expect(() => readLog(aFolder())).toThrow(expect.objectContaining({ code: 'log-missing' }));
  });

  it('is told of a file that a power cut has left empty, or without its tables', () => {
    const folder = aFolder();
    new DatabaseSync(join(folder, 'log.db')).close();
    expect(() => readLog(folder)).toThrow(expect.objectContaining({ code: 'log-missing' }));
    change(folder, 'create table other(n integer)');
    expect(() => readLog(folder)).toThrow(expect.objectContaining({ code: 'log-corrupt' }));
  });
});

describe('a log file', () => {
  it('belongs to its owner alone', () => {
    const folder = aLog(1);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'log.db')).mode & 0o777).toBe(0o600);
  });

  it('of a newer program is left alone', () => {
    const folder = aLog(1);
    change(folder, "update meta set value = 99 where name = 'format'");
    expect(() => open(folder)).toThrow(expect.objectContaining({ code: 'log-too-new' }));
  });

  it('keeps its numbers of schemas', () => {
    const folder = aFolder();
    const placed = { name: 'OrderPlaced', fingerprint: 'aa', json: '{}' };
    const paid = { name: 'PaymentConfirmed', fingerprint: 'bb', json: '{}' };
    open(folder, { schemas: [placed] }).close();
    expect(open(folder, { schemas: [paid, placed] }).schemas).toEqual([
      { id: 1, ...placed },
      { id: 2, ...paid },
    ]);
  });
});
