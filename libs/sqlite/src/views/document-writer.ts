import type { DocumentWrite } from '@orderloom/engine';
import type { Database } from '../database.ts';

/** What the file says about a document's place in its lists. */
type Placed = {
  readonly n: number;
  readonly version: number;
  readonly sortKey: string;
  readonly lists: readonly string[];
};
type PlacedRow = Omit<Placed, 'lists'> & { readonly lists: string };

export type DocumentWriter = {
  /** Puts a document over an older or equally old one, and into its lists. */
  readonly write: (document: DocumentWrite) => void;
  readonly remove: (view: string, id: string) => void;
  /** After a roll-back, what is remembered may never have been written. */
  readonly forget: () => void;
};

/** Places remembered, so that a document written often is not looked up before every write. */
const KEPT_PLACES = 50_000;
/** In no name: list names are joined with it in the document's row. */
const BETWEEN_LISTS = '\n';

/** The documents of a views file and their lists; `write` and `remove` run in the caller's transaction. */
export const documentWriter = (database: Database): DocumentWriter => {
  const places = placeKeeper(database);
  const lists = listKeeper(database);
  const insert = database.prepare(
    'insert into document(view, id, version, sort_key, lists, body) values (?, ?, ?, ?, ?, ?)',
  );
  const update = database.prepare(
    'update document set version = ?, sort_key = ?, lists = ?, body = ? where n = ?',
  );
  const updateBody = database.prepare('update document set version = ?, body = ? where n = ?');
  const remove = database.prepare('delete from document where n = ?');

  const write = (written: DocumentWrite): void => {
    const { view, id, version, sortKey } = written;
    const from = places.find(view, id);
    if (from !== undefined && from.version > version) return;
    const body = JSON.stringify(written.document);
    const names = written.lists.join(BETWEEN_LISTS);
    const n = from?.n ?? insert.run(view, id, version, sortKey, names, body).lastInsertRowid;
    const to = { n, version, sortKey, lists: written.lists };
    if (from !== undefined && isSamePlace(from, to)) updateBody.run(version, body, n);
    else {
      if (from !== undefined) update.run(version, sortKey, names, body, n);
      lists.move(view, from, to);
    }
    places.keep(view, id, to);
  };
  return {
    write,
    remove: (view, id) => {
      const from = places.find(view, id);
      if (from === undefined) return;
      lists.move(view, from, undefined);
      remove.run(from.n);
      places.drop(view, id);
    },
    forget: places.forget,
  };
};

const isSamePlace = (from: Placed, to: Placed): boolean =>
  from.sortKey === to.sortKey &&
  from.lists.length === to.lists.length &&
  from.lists.every((list, at) => list === to.lists[at]);

const placeKeeper = (database: Database) => {
  const select = database.prepare<PlacedRow>(
    'select n, version, sort_key sortKey, lists from document where view = ? and id = ?',
  );
  const places = new Map<string, Placed>();
  return {
    find: (view: string, id: string): Placed | undefined => {
      const kept = places.get(`${view}\0${id}`);
      if (kept !== undefined) return kept;
      const row = select.get(view, id);
      return row && { ...row, lists: row.lists === '' ? [] : row.lists.split(BETWEEN_LISTS) };
    },
    keep: (view: string, id: string, placed: Placed): void => {
      if (places.size >= KEPT_PLACES) places.clear();
      places.set(`${view}\0${id}`, placed);
    },
    drop: (view: string, id: string): void => {
      places.delete(`${view}\0${id}`);
    },
    forget: (): void => {
      places.clear();
    },
  };
};

const listKeeper = (database: Database) => {
  const enter = database.prepare('insert or ignore into list_entry values (?, ?, ?)');
  const leave = database.prepare('delete from list_entry where list = ? and sort_key = ? and document = ?');
  return {
    /** Touches only the lists that change: an order stands in the same ones for most of its life. */
    move: (view: string, from: Placed | undefined, to: Placed | undefined): void => {
      const stays = from?.sortKey === to?.sortKey;
      for (const list of from?.lists ?? [])
        if (from !== undefined && !(stays && to?.lists.includes(list)))
          leave.run(`${view}/${list}`, from.sortKey, from.n);
      for (const list of to?.lists ?? [])
        if (to !== undefined && !(stays && from?.lists.includes(list)))
          enter.run(`${view}/${list}`, to.sortKey, to.n);
    },
  };
};
