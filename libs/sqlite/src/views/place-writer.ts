import type { DocumentWrite } from '@orderloom/engine';
import type { Database } from '../database.ts';
import { listCounts } from './list-counts.ts';
import { instantWriter } from './instant-writer.ts';
import { listWriter } from './list-writer.ts';
import { wordWriter } from './word-writer.ts';

/**
 * Where a document stands in the file. `lists`: the names of its lists, joined; `words`: what it is found by, joined;
 * `instants`: as `keptInstants` gives them.
 */
export type Place = {
  readonly n: number;
  readonly version: number;
  readonly sortKey: string;
  readonly lists: string;
  readonly words: string;
  readonly instants: string;
};

/** The lists of a document, as its projection has just said them. */
type Found = Named & Pick<DocumentWrite, 'lists' | 'counted'>;
type Named = Pick<DocumentWrite, 'view' | 'id'>;

export type PlaceWriter = {
  readonly enter: (found: Found, to: Place) => void;
  /** Touches only what changes: an order stands in the same lists, and has the same words, for most of its life. */
  readonly move: (found: Found, from: Place, to: Place) => void;
  readonly leave: (document: Named, from: Place) => void;
  /** Writes down what is kept once a window. */
  readonly keep: () => void;
  readonly forget: () => void;
};

/** In no name: list names are joined with it in the document's row. */
const BETWEEN_LISTS = '\n';

export const joinedLists = (names: readonly string[]): string => names.join(BETWEEN_LISTS);

export const namesIn = (lists: string): readonly string[] => (lists === '' ? [] : lists.split(BETWEEN_LISTS));

/** Keeps the lists of a views file, the counts of their documents, and the index of words. */
export const placeWriter = (database: Database): PlaceWriter => {
  const lists = listWriter(database);
  const instants = instantWriter(database);
  const counts = listCounts(database);
  const words = wordWriter(database);

  const enterLists = ({ view, counted = [] }: Found, to: Place, names: readonly string[]): void => {
    const entered = names.map((name) => `${view}/${name}`);
    lists.enter(to, entered);
    for (const [at, list] of entered.entries()) if (counted.includes(names[at] ?? '')) counts.entered(list);
  };
  const leaveLists = (view: string, from: Place, names: readonly string[]): void => {
    const left = names.map((name) => `${view}/${name}`);
    lists.leave(from, left);
    for (const list of left) counts.left(list);
  };
  return {
    enter: (found, to) => {
      enterLists(found, to, found.lists);
      instants.enter(found, to);
      words.change(to.n, '', to.words);
    },
    move: (found, from, to) => {
      const before = namesIn(from.lists);
      const stays = from.sortKey === to.sortKey;
      const isKept = (name: string): boolean => stays && before.includes(name) && found.lists.includes(name);
      leaveLists(
        found.view,
        from,
        before.filter((name) => !isKept(name)),
      );
      enterLists(
        found,
        to,
        found.lists.filter((name) => !isKept(name)),
      );
      if (!stays || from.instants !== to.instants) {
        instants.leave(found, from);
        instants.enter(found, to);
      }
      words.change(to.n, from.words, to.words);
    },
    leave: (document, from) => {
      leaveLists(document.view, from, namesIn(from.lists));
      instants.leave(document, from);
      words.change(from.n, from.words, '');
    },
    keep: () => {
      counts.keep();
      words.keep();
    },
    forget: () => {
      counts.forget();
      words.forget();
    },
  };
};
