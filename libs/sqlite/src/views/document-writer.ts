import { RecentMap, type DocumentWrite, type StoredDocument } from '@orderloom/engine';
import type { Database } from '../database.ts';
import { listWriter } from './list-writer.ts';

/** Where a document stands in the file. `lists`: the names of its lists, joined. */
type Place = {
  readonly n: number;
  readonly version: number;
  readonly sortKey: string;
  readonly lists: string;
};
type DocumentRow = Place & { readonly body: string };

export type DocumentWriter = {
  /** The document, whose place is then known: what is loaded here is about to be written. */
  readonly load: (view: string, id: string) => StoredDocument | undefined;
  /** Puts a document over an older or equally old one, and into its lists. */
  readonly write: (document: DocumentWrite) => void;
  readonly remove: (view: string, id: string) => void;
  /** After a roll-back, what is remembered may never have been written. */
  readonly forget: () => void;
};

/** Places remembered, so that a document written often is not looked up before every write. */
const KEPT_PLACES = 5000;
/** In no name: list names are joined with it in the document's row. */
const BETWEEN_LISTS = '\n';

const namesIn = (lists: string): readonly string[] => (lists === '' ? [] : lists.split(BETWEEN_LISTS));

/** The documents of a views file and their lists; `write` and `remove` run in the caller's transaction. */
export const documentWriter = (database: Database): DocumentWriter => {
  const places = new RecentMap<string, Place>(KEPT_PLACES);
  const lists = listWriter(database);
  const select = database.prepare<DocumentRow>(
    'select n, version, sort_key sortKey, lists, body from document where view = ? and id = ?',
  );
  const insert = database.prepare(
    `insert into document(view, id, version, sort_key, lists, body) values (?, ?, ?, ?, ?, ?)
     on conflict do nothing`,
  );
  const update = database.prepare(
    'update document set version = ?, sort_key = ?, lists = ?, body = ? where n = ?',
  );
  const updateBody = database.prepare('update document set version = ?, body = ? where n = ?');
  const remove = database.prepare('delete from document where n = ?');

  const find = (view: string, id: string): DocumentRow | undefined => {
    const row = select.get(view, id);
    if (row !== undefined) {
      const { n, version, sortKey, lists: names } = row;
      places.set(keyOf(view, id), { n, version, sortKey, lists: names });
    }
    return row;
  };
  /** True where the document is new. One that has no known place nearly always is. */
  const writeNew = ({ view, id, version, sortKey, lists: names }: DocumentWrite, body: string): boolean => {
    const joined = names.join(BETWEEN_LISTS);
    const { changes, lastInsertRowid: n } = insert.run(view, id, version, sortKey, joined, body);
    if (changes === 0) return false;
    lists.enter({ view, sortKey, n }, names);
    places.set(keyOf(view, id), { n, version, sortKey, lists: joined });
    return true;
  };
  const writeOver = (
    from: Place,
    { view, id, version, sortKey, lists: names }: DocumentWrite,
    body: string,
  ) => {
    if (from.version > version) return;
    const { n } = from;
    const joined = names.join(BETWEEN_LISTS);
    if (from.lists === joined && from.sortKey === sortKey) updateBody.run(version, body, n);
    else {
      update.run(version, sortKey, joined, body, n);
      move(view, from, { n, version, sortKey, lists: joined });
    }
    places.set(keyOf(view, id), { n, version, sortKey, lists: joined });
  };
  /** Touches only the lists that change: an order stands in the same ones for most of its life. */
  const move = (view: string, from: Place, to: Place): void => {
    const [before, after] = [namesIn(from.lists), namesIn(to.lists)];
    const stays = from.sortKey === to.sortKey;
    const isKept = (name: string): boolean => stays && before.includes(name) && after.includes(name);
    lists.leave(
      { ...from, view },
      before.filter((name) => !isKept(name)),
    );
    lists.enter(
      { ...to, view },
      after.filter((name) => !isKept(name)),
    );
  };

  return {
    load: (view, id) => {
      const row = find(view, id);
      return row && { id, version: row.version, document: JSON.parse(row.body) as unknown };
    },
    write: (document) => {
      const { view, id } = document;
      const body = JSON.stringify(document.document);
      const known = places.get(keyOf(view, id));
      if (known === undefined && writeNew(document, body)) return;
      const from = known ?? find(view, id);
      if (from !== undefined) writeOver(from, document, body);
    },
    remove: (view, id) => {
      const from = places.get(keyOf(view, id)) ?? find(view, id);
      if (from === undefined) return;
      lists.leave({ ...from, view }, namesIn(from.lists));
      remove.run(from.n);
      places.delete(keyOf(view, id));
    },
    forget: () => places.clear(),
  };
};

const keyOf = (view: string, id: string): string => `${view}\0${id}`;
