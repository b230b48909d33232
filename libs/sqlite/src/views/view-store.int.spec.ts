import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SLOTS } from '@orderloom/decider';
import type { DocumentWrite, ViewBatch, ViewStore } from '@orderloom/engine';
import { until, viewStoreContract } from '@orderloom/testing';
import { dropViewFiles, viewGeneration } from './view-file.ts';
import { openViewReader } from './view-reader.ts';
import { openViewStore } from './view-store.ts';

const folders: string[] = [];
const closing: { close: () => void | Promise<void> }[] = [];

const aFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'orderloom-views-'));
  folders.push(folder);
  return folder;
};
const anOpenStore = (folder: string, generation = 'g1'): ViewStore => {
  const store = openViewStore(folder, generation);
  closing.push(store);
  return store;
};
const cleanUp = async (): Promise<void> => {
  for (const one of closing.splice(0)) await one.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
};
const batch = (index: number, writes: readonly DocumentWrite[] = []): ViewBatch => ({
  writes,
  removals: [],
  chunks: [],
  parked: [],
  checkpoint: { index, sequences: new Float64Array(SLOTS) },
});
const anOrder = (id: string): DocumentWrite => ({
  view: 'order',
  id,
  version: 1,
  document: { id },
  lists: ['main/all:'],
  sortKey: id,
});

afterEach(cleanUp);

viewStoreContract({
  name: 'the SQLite view store',
  create: () => {
    const folder = aFolder();
    const store = anOpenStore(folder);
    const reader = openViewReader(folder, 'g1');
    closing.unshift(reader);
    return { store, reader, dispose: cleanUp };
  },
});

describe('a generation of views', () => {
  it('is named after its folds, whatever their order', () => {
    expect(viewGeneration(['order@1', 'stock@1'])).toBe(viewGeneration(['stock@1', 'order@1']));
    expect(viewGeneration(['order@2', 'stock@1'])).not.toBe(viewGeneration(['order@1', 'stock@1']));
  });

  it('goes when another one begins', async () => {
    const folder = aFolder();
    await openViewStore(folder, 'old1').close();
    await openViewStore(folder, 'new1').close();
    writeFileSync(join(folder, 'log.db'), 'x');
    dropViewFiles(folder, ['new1']);
    expect(readdirSync(folder).sort()).toEqual(['log.db', 'views-new1.db']);
  });

  it('goes on behind a cursor that another one gave, though it has written its documents in another order', async () => {
    const folder = aFolder();
    const orders = ['o-1', 'o-2', 'o-3', 'o-4'].map(anOrder);
    const generations = { g1: orders, g2: [...orders].reverse() };
    const readers = Object.entries(generations).map(([generation, writes]) => {
      void anOpenStore(folder, generation).commit(batch(4, writes));
      const reader = openViewReader(folder, generation);
      closing.unshift(reader);
      return reader;
    });
    const seen: string[] = [];
    for (let before: string | null = null, page = 0; page === 0 || before !== null; page++) {
      const { documents, next } = await readers[page % 2]!.list('order', 'main/all:', before, 1);
      seen.push(...documents.map(({ id }) => id));
      before = next;
    }
    expect(seen).toEqual(['o-4', 'o-3', 'o-2', 'o-1']);
  });

  it('goes on where it was closed', async () => {
    const folder = aFolder();
    const store = openViewStore(folder, 'g1');
    await store.commit(batch(9, [anOrder('o-1')]));
    await store.close();
    expect(await anOpenStore(folder).checkpoint()).toEqual(batch(9).checkpoint);
  });
});

describe('a views file', () => {
  const damages: Record<string, (file: string) => void> = {
    'was deleted': (file) => rmSync(file),
    'is empty': (file) => writeFileSync(file, ''),
    'was cut': (file) => writeFileSync(file, readFileSync(file).subarray(0, 9000)),
    'has other first bytes': (file) => writeFileSync(file, readFileSync(file).fill(7, 0, 20)),
    'is no views file': (file) => {
      rmSync(file);
      new DatabaseSync(file).exec('create table t(a)');
    },
  };
  it.each(Object.entries(damages))('that %s is begun again', async (_, damage) => {
    const folder = aFolder();
    const store = openViewStore(folder, 'g1');
    await store.commit(batch(9, [anOrder('o-1')]));
    await store.close();
    damage(join(folder, 'views-g1.db'));
    const again = anOpenStore(folder);
    expect((await again.checkpoint()).index).toBe(0);
    await again.commit(batch(1, [anOrder('o-1')]));
    expect((await again.load('order', ['o-1'])).size).toBe(1);
  });

  it('of a killed process is trusted, of an earlier boot of the machine is not', async () => {
    const folder = aFolder();
    const store = anOpenStore(folder);
    await store.commit(batch(9));
    const copy = aFolder();
    for (const end of ['', '-wal'])
      copyFileSync(join(folder, `views-g1.db${end}`), join(copy, `views-g1.db${end}`));
    const killed = openViewStore(copy, 'g1');
    const trusted = existsSync('/proc/sys/kernel/random/boot_id');
    expect((await killed.checkpoint()).index).toBe(trusted ? 9 : 0);
    await killed.close();
    const database = new DatabaseSync(join(copy, 'views-g1.db'));
    database.exec("update owner set boot = 'another', closed = 0");
    database.close();
    expect((await anOpenStore(copy).checkpoint()).index).toBe(0);
  });

  it('takes a window whole or not at all', async () => {
    const store = anOpenStore(aFolder());
    await store.commit(batch(1, [anOrder('o-1')]));
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const broken = { ...anOrder('o-3'), document: circular };
    expect(() => store.commit(batch(2, [anOrder('o-2'), broken]))).toThrow();
    expect((await store.checkpoint()).index).toBe(1);
    expect((await store.load('order', ['o-1', 'o-2'])).size).toBe(1);
    await store.commit(batch(2, [anOrder('o-2')]));
    expect((await store.load('order', ['o-1', 'o-2'])).size).toBe(2);
  });
});

describe('a document', () => {
  const aReader = (folder: string) => {
    const reader = openViewReader(folder, 'g1');
    closing.unshift(reader);
    return reader;
  };
  const listed = (version: number, lists: readonly string[]): DocumentWrite => ({
    ...anOrder('o-1'),
    ...{ version, lists },
  });

  it('is known again by a store that never saw it, with its lists', async () => {
    const folder = aFolder();
    const before = openViewStore(folder, 'g1');
    await before.commit(batch(1, [listed(3, ['main/all:', 'main/status:open'])]));
    await before.close();
    const store = anOpenStore(folder);
    const reader = aReader(folder);
    await store.commit(batch(2, [listed(2, ['main/status:older'])]));
    expect(await reader.get('order', 'o-1')).toMatchObject({ version: 3 });
    await store.commit(batch(3, [listed(4, ['main/all:', 'main/status:closed'])]));
    const found = ['all:', 'status:open', 'status:closed', 'status:older'].map(async (list) => {
      const { documents } = await reader.list('order', `main/${list}`, null, 10);
      return documents.length;
    });
    expect(await Promise.all(found)).toEqual([1, 0, 1, 0]);
  });

  it('may stand in many lists', async () => {
    const folder = aFolder();
    const store = anOpenStore(folder);
    const reader = aReader(folder);
    const lists = Array.from({ length: 20 }, (_, at) => `main/tag:${at}`);
    await store.commit(batch(1, [listed(1, lists)]));
    await store.commit(batch(2, [listed(2, lists.slice(10))]));
    const pages = await Promise.all(lists.map((list) => reader.list('order', list, null, 10)));
    expect(pages.map(({ documents }) => documents.length)).toEqual([
      ...Array<number>(10).fill(0),
      ...Array<number>(10).fill(1),
    ]);
  });
});

describe('a reader of views', () => {
  it('says that the views are being made while there are none', async () => {
    const folder = aFolder();
    const reader = openViewReader(folder, 'g1');
    closing.push(reader);
    await expect(reader.asOf()).rejects.toMatchObject({ code: 'views-unavailable', retryable: true });
    anOpenStore(folder);
    expect(await reader.asOf()).toBe(0);
  });

  it('follows a file that was begun again', async () => {
    const folder = aFolder();
    const store = openViewStore(folder, 'g1');
    await store.commit(batch(5));
    const reader = openViewReader(folder, 'g1');
    closing.push(reader);
    expect(await reader.asOf()).toBe(5);
    await store.close();
    dropViewFiles(folder);
    await anOpenStore(folder).commit(batch(2));
    await until('the new file to be read', async () => (await reader.asOf()) === 2);
  });
});
