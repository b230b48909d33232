import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from '@jest/globals';
import { keyStoreContract } from '@orderloom/testing';
import { openKeyStore, type KeyStoreOptions, type SqliteKeyStore } from './key-store.ts';

const folders: string[] = [];
const stores: SqliteKeyStore[] = [];

const aFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'orderloom-keys-'));
  folders.push(folder);
  return folder;
};
const open = (folder: string, options: KeyStoreOptions = { poolSize: 64 }): SqliteKeyStore => {
  const store = openKeyStore(folder, options);
  const closeOnce = (): void => {
    if (stores.includes(closing)) store.close();
    stores.splice(stores.indexOf(closing), 1);
  };
  const closing = { ...store, close: closeOnce };
  stores.push(closing);
  return closing;
};
const cleanUp = (): void => {
  for (const store of [...stores]) store.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
};
/** The folder as a process leaves it that is killed now. */
const afterKill = (folder: string): string => {
  const copy = aFolder();
  for (const name of readdirSync(folder)) copyFileSync(join(folder, name), join(copy, name));
  return copy;
};
const materialOf = (store: SqliteKeyStore, keyId: number): string =>
  store.find(keyId)?.key.export().toString('hex') ?? 'none';

afterEach(cleanUp);

keyStoreContract({
  name: 'the SQLite key store',
  create: () => {
    const folder = aFolder();
    return { open: () => open(folder), dispose: cleanUp };
  },
});

describe('keys.db', () => {
  it('belongs to its owner alone', () => {
    const folder = aFolder();
    open(folder).assign('main/ann');
    expect(statSync(join(folder, 'keys.db')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'keys.db-wal')).mode & 0o777).toBe(0o600);
  });

  it('has every key on the disk before it is assigned, and fills its pool in the background', async () => {
    const folder = aFolder();
    const store = open(folder);
    const ids = Array.from({ length: 60 }, (_, at) => store.assign(`main/${at}`).keyId);
    const killed = open(afterKill(folder));
    for (const keyId of ids) expect(materialOf(killed, keyId)).toBe(materialOf(store, keyId));
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(store.assign('main/later').keyId).toBe(61);
  });

  it('never gives a pooled key of before a crash to anybody else, and learns whose it was', () => {
    const folder = aFolder();
    const ann = open(folder).assign('main/ann');
    const killed = open(afterKill(folder));
    expect(killed.assign('main/bob').keyId).toBeGreaterThan(64);
    expect(killed.erase('main/ann')).toBe(false);
    killed.learn('main/ann', ann.keyId);
    expect(killed.assign('main/ann').keyId).toBe(ann.keyId);
    expect(killed.erase('main/ann')).toBe(true);
    killed.learn('main/ann', ann.keyId);
    expect(killed.find(ann.keyId)).toBeUndefined();
  });

  it('gives the keys that nobody had before a crash to others, once it has learnt who had which', () => {
    const folder = aFolder();
    const store = open(folder);
    const [ann, bob] = [store.assign('main/ann'), store.assign('main/bob')];
    const killed = open(afterKill(folder));
    killed.learn('main/ann', ann.keyId);
    killed.reuse();
    const given = Array.from({ length: 63 }, (_, at) => killed.assign(`main/${at}`).keyId);
    expect(given).toContain(bob.keyId);
    expect(given).not.toContain(ann.keyId);
    expect(Math.max(...given)).toBe(64);
    expect(killed.assign('main/ann').keyId).toBe(ann.keyId);
  });

  it('learns two keys of one subject, and erases both', () => {
    const folder = aFolder();
    const store = open(folder);
    const [first, second] = [store.assign('main/ann'), store.assign('main/bob')];
    const killed = open(afterKill(folder));
    killed.learn('main/ann', first.keyId);
    killed.learn('main/ann', second.keyId);
    killed.reuse();
    expect(killed.erase('main/ann')).toBe(true);
    expect([killed.find(first.keyId), killed.find(second.keyId)]).toEqual([undefined, undefined]);
  });

  it('does not grow however often it crashes', () => {
    let folder = aFolder();
    for (let crash = 0; crash < 20; crash++) {
      const store = open(folder);
      store.reuse();
      store.assign('main/ann');
      folder = afterKill(folder);
    }
    const last = open(folder);
    last.reuse();
    expect(last.find(64)).toBeDefined();
    expect(last.find(65)).toBeUndefined();
  });

  it('does not take an orderly stop for a proof that nobody had them, however often', () => {
    const folder = aFolder();
    const ann = open(folder).assign('main/ann');
    const copy = afterKill(folder);
    for (let stop = 0; stop < 3; stop++) open(copy).close();
    const again = open(copy);
    const others = Array.from({ length: 200 }, (_, at) => again.assign(`main/${at}`).keyId);
    expect(others).not.toContain(ann.keyId);
    again.learn('main/ann', ann.keyId);
    expect(again.erase('main/ann')).toBe(true);
  });

  it('names nobody by an empty name', () => {
    const folder = aFolder();
    const ann = open(folder).assign('main/ann');
    const killed = open(afterKill(folder));
    expect(killed.erase('')).toBe(false);
    expect(killed.find(ann.keyId)).toBeDefined();
  });

  it('records assignments by itself', async () => {
    const folder = aFolder();
    const ann = open(folder).assign('main/ann');
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(open(afterKill(folder)).assign('main/ann').keyId).toBe(ann.keyId);
  });

  it('keeps no byte of an erased key, wherever it had been moved', () => {
    const folder = aFolder();
    const store = open(folder, { poolSize: 512 });
    const subjects = Array.from(
      { length: 1500 },
      (_, at) => `main/subject-${(at * 7919) % 1500}-${'x'.repeat(at % 90)}`,
    );
    const keys = subjects.map((subject) => ({ subject, material: store.assign(subject).key.export() }));
    store.flush();
    const erased = keys.filter((_, at) => at % 5 === 0);
    for (const { subject } of erased) expect(store.erase(subject)).toBe(true);
    const bytes = ['keys.db', 'keys.db-wal']
      .map((name) => join(folder, name))
      .filter((file) => existsSync(file))
      .map((file) => readFileSync(file).toString('latin1'));
    const holds = (material: Buffer) => bytes.some((text) => text.includes(material.toString('latin1')));
    expect(erased.filter(({ material }) => holds(material))).toEqual([]);
    expect(keys.filter(({ material }) => holds(material))).toHaveLength(1200);
  }, 60_000);

  it('names a key that is not what was made', () => {
    const folder = aFolder();
    const store = open(folder);
    const ann = store.assign('main/ann');
    const material = ann.key.export();
    store.close();
    const file = join(folder, 'keys.db');
    const bytes = readFileSync(file);
    const at = bytes.indexOf(material);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    expect(() => open(folder).find(ann.keyId)).toThrow(
      expect.objectContaining({
        code: 'keys-corrupt',
        message: expect.stringContaining(`${file}: key ${ann.keyId} `),
      }),
    );
  });

  it.each([
    ['a digest is no bytes', "update subject_key set digest = 'text' where id = 1"],
    ['its tables are others', 'alter table assignment rename column subject to other'],
  ])('names the file where %s', (_, sql) => {
    const folder = aFolder();
    open(folder).close();
    const database = new DatabaseSync(join(folder, 'keys.db'));
    database.exec(sql);
    database.close();
    expect(() => open(folder)).toThrow(
      expect.objectContaining({ code: 'keys-corrupt', message: expect.stringContaining('keys.db') }),
    );
  });

  it('names the file where it is damaged', () => {
    const folder = aFolder();
    open(folder).close();
    const file = join(folder, 'keys.db');
    writeFileSync(file, readFileSync(file).subarray(0, 5000));
    expect(() => open(folder)).toThrow(expect.objectContaining({ code: 'keys-corrupt' }));
  });
});

describe('keys.db whose assignments are recorded before they are used', () => {
  const RECORDED_FIRST = { poolSize: 64, recordedFirst: true };

  it('knows after a kill whose every used key is, and gives the others out: it does not grow', async () => {
    let folder = aFolder();
    for (let crash = 0; crash < 5; crash++) {
      const store = open(folder, RECORDED_FIRST);
      const keys = Array.from({ length: 10 }, (_, at) => store.assign(`main/${crash}-${at}`).keyId);
      await Promise.all(keys.map(() => store.recorded()));
      store.assign('main/used-by-nobody');
      folder = afterKill(folder);
      const killed = open(folder, RECORDED_FIRST);
      expect(keys).toEqual(keys.map((_, at) => killed.assign(`main/${crash}-${at}`).keyId));
      killed.close();
    }
    expect(open(folder, RECORDED_FIRST).find(64 + 50 + 1)).toBeUndefined();
  });

  it('leaves alone what another kind of owner left in doubt', () => {
    const folder = aFolder();
    const ann = open(folder).assign('main/ann');
    const copy = afterKill(folder);
    for (let start = 0; start < 3; start++) {
      const store = open(copy, RECORDED_FIRST);
      const others = Array.from({ length: 20 }, (_, at) => store.assign(`main/${at}`).keyId);
      expect(others).not.toContain(ann.keyId);
      expect(store.find(64 + 64 + 20 + 1)).toBeUndefined();
      store.close();
    }
    const learning = open(copy);
    learning.learn('main/ann', ann.keyId);
    learning.reuse();
    expect(learning.assign('main/ann').keyId).toBe(ann.keyId);
    expect(learning.find(64 + 64 + 20 + 1)).toBeUndefined();
  });
});
