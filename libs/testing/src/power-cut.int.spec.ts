// The shim must be able to fail a program: the same one survives every cut with synchronous=FULL, and loses rows it has
// acknowledged with synchronous=OFF. A shim that never loses anything would prove nothing.
import { spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { leftOut } from './left-out.ts';
import { powerCut, powerCutObstacle, type PowerCut } from './power-cut.ts';

const obstacle = powerCutObstacle();
if (obstacle !== undefined) leftOut('power cuts', obstacle);
const here = obstacle === undefined ? describe : describe.skip;

let folder: string;
let cut: PowerCut;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'power-cut-'));
  if (obstacle === undefined) cut = powerCut(folder);
});
afterEach(() => {
  if (obstacle === undefined) cut.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** What processes without the shim have written becomes durable. */
const watchAnew = (): void => {
  cut.remove();
  cut = powerCut(folder);
};

const nodeArguments = (script: string): string[] => ['--no-warnings', '--input-type=module', '-e', script];
const environment = (): NodeJS.ProcessEnv => ({ ...process.env, ...cut.env });
/** Runs a script with the shim to its end. */
const run = (script: string): string => {
  const done = spawnSync(process.execPath, nodeArguments(script), {
    cwd: folder,
    env: environment(),
    encoding: 'utf8',
  });
  return done.status === 0 ? done.stdout : `failed: ${done.stderr}`;
};
/** Runs a script with the shim until it has printed `lines` numbers, kills it, and gives the last number. */
const runUntil = async (script: string, lines: number): Promise<number> => {
  const child = spawn(process.execPath, nodeArguments(script), {
    cwd: folder,
    env: environment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    if (said.split('\n').length > lines) child.kill('SIGKILL');
  });
  await new Promise((resolve) => child.on('close', resolve));
  return Number(said.split('\n').slice(0, -1).at(-1));
};

/**
 * Inserts rows for ever, a transaction each, and prints the number of a row when it is committed. Behind row
 * `checkpointed` there is no checkpoint any more, and so nothing that syncs of itself.
 */
const writer = (journal: string, synchronous: string, checkpointed = Infinity): string => `
  import { writeSync } from 'node:fs';
  import { DatabaseSync } from 'node:sqlite';
  const db = new DatabaseSync('rows.db');
  db.exec('PRAGMA journal_mode=${journal}; PRAGMA synchronous=${synchronous}; PRAGMA wal_autocheckpoint=20');
  db.exec('CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, filler BLOB)');
  const insert = db.prepare('INSERT INTO rows (filler) VALUES (randomblob(900))');
  for (let row = 1; ; row++) {
    writeSync(1, insert.run().lastInsertRowid + '\\n');
    if (row === ${String(checkpointed)}) db.exec('PRAGMA wal_autocheckpoint=0');
  }`;
const rowsLeft = (): number => {
  const db = new DatabaseSync(join(folder, 'rows.db'));
  try {
    expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    const tables = db.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'rows'").get() as {
      n: number;
    };
    return tables.n === 0 ? 0 : (db.prepare('SELECT count(*) AS n FROM rows').get() as { n: number }).n;
  } finally {
    db.close();
  }
};

here('SQLite behind a power cut', () => {
  test.each([
    ['WAL', 'FULL', 0],
    ['WAL', 'FULL', 0.5],
    ['DELETE', 'EXTRA', 0],
    ['DELETE', 'EXTRA', 0.5],
  ])(
    'with %s and synchronous=%s keeps every acknowledged row (%d of the unsynced pages survive)',
    async (...how) => {
      const [journal, synchronous, surviving] = how;
      let acknowledged = 0;
      for (let round = 1; round <= 3; round++) {
        watchAnew();
        acknowledged = await runUntil(writer(journal, synchronous), 40);
        cut.restore({ surviving, seed: round });
        expect(rowsLeft()).toBeGreaterThanOrEqual(acknowledged);
      }
      expect(acknowledged).toBeGreaterThan(110);
    },
  );

  test('with DELETE and synchronous=FULL can lose the last row: the folder is not synced behind its journal', async () => {
    const acknowledged = await runUntil(writer('DELETE', 'FULL'), 40);
    cut.restore();
    expect(rowsLeft()).toBeGreaterThanOrEqual(acknowledged - 1);
  });

  test('with synchronous=OFF loses rows that it had acknowledged', async () => {
    const acknowledged = await runUntil(writer('WAL', 'OFF'), 100);
    cut.restore();
    expect(rowsLeft()).toBeLessThan(acknowledged);
  });

  test('with WAL and synchronous=NORMAL loses the last rows and stays whole', async () => {
    const [durable, enough] = [90, 100];
    const acknowledged = await runUntil(writer('WAL', 'NORMAL', durable), enough);
    cut.restore();
    expect(acknowledged).toBeGreaterThanOrEqual(enough);
    expect(rowsLeft()).toBeLessThanOrEqual(durable);
  });

  test('loses nothing to kill -9 alone, whatever is synced: why there is a shim', async () => {
    const acknowledged = await runUntil(writer('WAL', 'OFF'), 100);
    expect(rowsLeft()).toBeGreaterThanOrEqual(acknowledged);
  });
});

here('a file behind a power cut', () => {
  const files =
    "import * as fs from 'node:fs'; const sync = (path, flags = 'r') => { const fd = fs.openSync(path, flags); fs.fsyncSync(fd); fs.closeSync(fd); };";
  const left = (path: string): string | undefined =>
    existsSync(join(folder, path)) ? readFileSync(join(folder, path), 'utf8') : undefined;

  test('needs its own sync and that of its folder', () => {
    run(`${files}
      for (const name of ['neither', 'content', 'name', 'both']) fs.writeFileSync(name, 'text');
      sync('content', 'r+'); sync('both', 'r+'); fs.rmSync('neither'); fs.rmSync('content'); sync('.');
      fs.writeFileSync('neither', 'text'); fs.writeFileSync('content', 'text'); sync('content', 'r+');`);
    cut.restore();
    expect(['neither', 'content', 'name', 'both'].map(left)).toEqual([undefined, undefined, '', 'text']);
  });

  test('that was there before is durable, and changes of it are lost until they are synced', () => {
    writeFileSync(join(folder, 'a'), 'before');
    writeFileSync(join(folder, 'b'), 'before');
    watchAnew();
    run(
      `${files} fs.writeFileSync('a', 'after'); fs.appendFileSync('b', ' and after'); sync('b', 'r+'); fs.appendFileSync('b', ' lost');`,
    );
    cut.restore();
    expect(['a', 'b'].map(left)).toEqual(['before', 'before and after']);
  });

  test('cut shorter and grown again reads zeros where they were', () => {
    run(`${files} fs.writeFileSync('a', '123456'); sync('a', 'r+'); sync('.');
      fs.truncateSync('a', 2); fs.truncateSync('a', 4); sync('a', 'r+'); fs.truncateSync('a', 0);`);
    cut.restore();
    expect(left('a')).toBe('12\0\0');
  });

  test('is renamed or removed only when its folder is synced', () => {
    const made = `${files} for (const name of ['old', 'gone']) { fs.writeFileSync(name, name); sync(name, 'r+'); } sync('.');`;
    const changed =
      "fs.writeFileSync('new', 'new'); sync('new', 'r+'); fs.renameSync('new', 'old'); fs.rmSync('gone');";
    run(made + changed);
    cut.restore();
    expect(['old', 'new', 'gone'].map(left)).toEqual(['old', undefined, 'gone']);
    run(`${files}${changed} sync('.');`);
    cut.restore();
    expect(['old', 'new', 'gone'].map(left)).toEqual(['new', undefined, undefined]);
  });

  test('made anew under an inode number that another one had does not bring its bytes back', () => {
    run(`${files}
      for (let i = 0; i < 50; i++) { fs.writeFileSync('a', 'old'); sync('a', 'r+'); sync('.'); fs.rmSync('a'); }
      sync('.'); fs.writeFileSync('b', 'new'); sync('.');`);
    cut.restore();
    expect(['a', 'b'].map(left)).toEqual([undefined, '']);
  });

  test('in a folder below, copied, or written by streams and file handles is seen, too', () => {
    run(`${files} import { open } from 'node:fs/promises';
      fs.mkdirSync('below/deep', { recursive: true });
      const handle = await open('below/deep/a', 'w'); await handle.writev([Buffer.from('syn'), Buffer.from('ced')]); await handle.datasync(); await handle.write(' lost'); await handle.close();
      fs.copyFileSync('below/deep/a', 'below/b'); sync('below/b', 'r+'); sync('below'); sync('below/deep');`);
    cut.restore();
    expect(['below/deep/a', 'below/b'].map(left)).toEqual(['synced', 'synced lost']);
  });

  test('keeps some unsynced pages where the test asks for it', () => {
    run(
      `${files} fs.writeFileSync('a', 'x'.repeat(40960)); sync('a', 'r+'); sync('.'); fs.writeFileSync('a', 'y'.repeat(40960));`,
    );
    cut.restore({ surviving: 0.5, seed: 2 });
    const pages = left('a')!.match(/x+|y+/g)!;
    expect(left('a')).toHaveLength(40960);
    expect(pages.length).toBeGreaterThan(2);
    expect(pages.every((page) => page.length % 4096 === 0)).toBe(true);
  });

  test('can be made to fail its writes and syncs', () => {
    const script = `${files} fs.writeFileSync('other', '1'); sync('other', 'r+');
      for (const act of [() => fs.writeFileSync('log', '1'), () => sync('log', 'a')]) try { act(); console.log('fine'); } catch (error) { console.log(error.code); }`;
    expect(run(script)).toBe('fine\nfine\n');
    cut.fail('write', 'log');
    expect(run(script)).toBe('ENOSPC\nfine\n');
    cut.fail('write', null);
    cut.fail('sync', 'log');
    expect(run(script)).toBe('fine\nEIO\n');
  });

  test('of this process, which has no shim, is no concern of it', () => {
    mkdirSync(join(folder, 'sub'));
    const fd = openSync(join(folder, 'sub/a'), 'w');
    fsyncSync(fd);
    closeSync(fd);
    cut.restore();
    expect(readdirSync(join(folder, 'sub'))).toEqual([]);
  });
});
