import { RecentMap, type DocumentWrite, type StoredDocument } from '@orderloom/engine';
import type { Database } from '../database.ts';
import { keptInstants } from './instant-writer.ts';
import { joinedLists, placeWriter, type Place } from './place-writer.ts';
import { indexedText } from './word-writer.ts';

type DocumentRow = Place & { readonly body: string };

export type DocumentWriter = {
  /** The document, whose place is then known: what is loaded here is about to be written. */
  readonly load: (view: string, id: string) => StoredDocument | undefined;
  /** Puts a document over an older or equally old one, and where it is found. */
  readonly write: (document: DocumentWrite) => void;
  readonly remove: (view: string, id: string) => void;
  /** Writes down what is kept once a window; last of all. */
  readonly keep: () => void;
  /** After a roll-back, what is remembered may never have been written. */
  readonly forget: () => void;
};

/** Places of a view that are remembered, so that a document written often is not looked up before every write. */
const KEPT_PLACES = 5000;

/** The documents of a views file and what finds them; all but `load` runs in the caller's transaction. */
export const documentWriter = (database: Database): DocumentWriter => {
  const places = knownPlaces();
  const placing = placeWriter(database);
  const select = database.prepare<DocumentRow>(
    'select n, version, sort_key sortKey, lists, words, instants, body from document where view = ? and id = ?',
  );
  const rows = documentRows(database);

  const find = (view: string, id: string): DocumentRow | undefined => {
    const row = select.get(view, id);
    if (row !== undefined) {
      const { body: _body, ...place } = row;
      places.of(view).set(id, place);
    }
    return row;
  };
  /** One that has no known place nearly always is new. */
  const write = (document: DocumentWrite): void => {
    const body = JSON.stringify(document.document);
    const { view, id, version, sortKey, text = [] } = document;
    const lists = joinedLists(document.lists);
    const place = {
      version,
      sortKey,
      lists,
      words: indexedText(text),
      instants: keptInstants(document.instants),
    };
    const ofView = places.of(view);
    const known = ofView.get(id);
    const n = known === undefined ? rows.insert(document, place, body) : undefined;
    if (n !== undefined) {
      placing.enter(document, { n, ...place });
      ofView.set(id, { n, ...place });
      return;
    }
    const from = known ?? find(view, id);
    if (from === undefined || from.version > version) return;
    const to = { n: from.n, ...place };
    if (isSamePlace(from, to)) rows.updateBody(to, body);
    else {
      rows.update(to, body);
      placing.move(document, from, to);
    }
    ofView.set(id, to);
  };
  return {
    load: (view, id) => {
      const row = find(view, id);
      return row && { id, version: row.version, document: JSON.parse(row.body) as unknown };
    },
    write,
    remove: (view, id) => {
      const ofView = places.of(view);
      const from = ofView.get(id) ?? find(view, id);
      if (from === undefined) return;
      placing.leave({ view, id }, from);
      rows.remove(from);
      ofView.delete(id);
    },
    keep: placing.keep,
    forget: () => {
      places.clear();
      placing.forget();
    },
  };
};

type Places = RecentMap<string, Place>;

/** View by view: the text of an id is hashed once, while one joined with its view would be made and hashed at each look-up. */
const knownPlaces = (): { readonly of: (view: string) => Places; readonly clear: () => void } => {
  const byView = new Map<string, Places>();
  return {
    of: (view) => {
      let places = byView.get(view);
      if (places === undefined) byView.set(view, (places = new RecentMap<string, Place>(KEPT_PLACES)));
      return places;
    },
    clear: () => byView.clear(),
  };
};

const isSamePlace = (from: Place, to: Place): boolean =>
  from.lists === to.lists &&
  from.sortKey === to.sortKey &&
  from.words === to.words &&
  from.instants === to.instants;

/** The rows of documents. */
const documentRows = (database: Database) => {
  const insert = database.prepare(
    `insert into document(view, id, version, sort_key, lists, words, instants, body)
     values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing`,
  );
  const update = database.prepare(
    'update document set version = ?, sort_key = ?, lists = ?, words = ?, instants = ?, body = ? where n = ?',
  );
  const updateBody = database.prepare('update document set version = ?, body = ? where n = ?');
  const remove = database.prepare('delete from document where n = ?');
  return {
    /** The number of the new row; `undefined`: there is one already. */
    insert: (
      { view, id }: DocumentWrite,
      { version, sortKey, lists, words, instants }: Omit<Place, 'n'>,
      body: string,
    ): number | undefined => {
      const place = [version, sortKey, lists, words, instants];
      const { changes, lastInsertRowid } = insert.run(view, id, ...place, body);
      return changes === 0 ? undefined : lastInsertRowid;
    },
    update: ({ n, version, sortKey, lists, words, instants }: Place, body: string): void => {
      update.run(version, sortKey, lists, words, instants, body, n);
    },
    updateBody: ({ n, version }: Place, body: string): void => {
      updateBody.run(version, body, n);
    },
    remove: ({ n }: Place): void => {
      remove.run(n);
    },
  };
};
