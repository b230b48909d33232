// What a comparison reads of a views file: all that readers can see of it, list by list, at one moment.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { SLOTS } from '@orderloom/decider';
import { digestsOf, type DocumentWrite, type ViewBatch } from '@orderloom/engine';
import { openDatabase } from '../database.ts';
import { readViewContents } from './view-contents.ts';
import { viewFile } from './view-file.ts';
import { openViewStore } from './view-store.ts';

const GENERATION = 'g1';
const folders: string[] = [];
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const anOrder = (id: string, version = 1): DocumentWrite => ({
  ...{ view: 'order', id, version, document: { id }, sortKey: id, lists: ['main/all:', 'main/status:paid'] },
  ...{ text: ['tea'], counted: ['main/all:'], instants: { due: 7 } },
});
/** One event: its length, and a byte. */
const FRAME = Uint8Array.of(1, 0, 0, 0, 7);

const batch = (index: number, writes: readonly DocumentWrite[], firstVersion = 1): ViewBatch => ({
  ...{ writes, removals: [], parked: [] },
  chunks: [{ streamId: 'main/order/a', firstVersion, count: 1, frames: FRAME }],
  checkpoint: { index, sequences: new Float64Array(SLOTS) },
});

const someViews = () => {
  const folder = mkdtempSync(join(tmpdir(), 'orderloom-contents-'));
  folders.push(folder);
  const store = openViewStore(folder, GENERATION);
  closing.unshift(() => store.close());
  void store.commit(batch(2, [anOrder('main/a'), anOrder('main/b')]));
  const contents = () => {
    const read = readViewContents(folder, GENERATION);
    closing.unshift(read.close);
    return read;
  };
  const digests = () => {
    const read = contents();
    return digestsOf(read.documents(), read.chunks());
  };
  return { folder, store, contents, digests };
};

describe('the contents of a views file', () => {
  test('are its documents with their lists, and its histories', () => {
    const { contents } = someViews();
    const { index, documents, chunks } = contents();
    expect(index).toBe(2);
    expect([...documents()]).toMatchObject([
      { view: 'order', id: 'main/a', version: 1, sortKey: 'main/a', body: '{"id":"main/a"}' },
      { id: 'main/b', lists: ['main/all:', 'main/status:paid'] },
    ]);
    expect([...chunks()]).toMatchObject([{ streamId: 'main/order/a', firstVersion: 1, count: 1 }]);
  });

  test('are of the moment at which it was opened, whatever is written meanwhile', () => {
    const { contents, store } = someViews();
    const { documents } = contents();
    void store.commit(batch(3, [anOrder('main/c')], 2));
    expect([...documents()]).toHaveLength(2);
    expect([...contents().documents()]).toHaveLength(3);
  });

  test.each([
    ['a document', `update document set body = '{}' where id = 'main/a'`],
    ['a version', `update document set version = 7 where id = 'main/a'`],
    [
      'a list that a document has left',
      `delete from list_entry where list = 'order/main/all:' and sort_key = 'main/a'`,
    ],
    ['a list that it never entered', `insert into list_entry values ('order/main/no:', 'main/a', 1)`],
    [
      'its place in a list',
      `update list_entry set sort_key = 'z' where document = 1 and list = 'order/main/all:'`,
    ],
    ['a document that is gone', `delete from document where id = 'main/a'`],
    ['its words', `update document set words = 'x' where id = 'main/a'`],
    [
      'the index of its words',
      `insert into word_index(word_index, rowid, words) values ('delete', 1, 'tea')`,
    ],
    ['its instants', `update document set instants = '{"due":8}' where id = 'main/a'`],
    ['a queue that it has left', `delete from instant_entry where sort_key = 'main/a'`],
    ['a queue that it never entered', `insert into instant_entry values ('order/main/no', 7, 'main/a', 1)`],
    ['its place in a queue', `update instant_entry set at = 8 where document = 1`],
    ['a queue in which nobody stands', `insert into instant_entry values ('order/main/due', 7, 'z', 99)`],
    ['how many are in a list', `update list_count set documents = documents + 1`],
    ['a history', `update stream_chunk set frames = x'0100000008'`],
    ['a hole in a history', `update stream_chunk set first_version = 2`],
  ])('have another digest where %s was changed', (_, sql) => {
    const { folder, digests } = someViews();
    const before = digests();
    const database = openDatabase(viewFile(folder, GENERATION));
    database.exec(sql);
    database.close();
    expect(digests()).not.toEqual(before);
  });
});
