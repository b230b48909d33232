import type { DocumentWrite } from '@orderloom/engine';
import type { Database } from '../database.ts';
import { listCounts } from './list-counts.ts';
import { listWriter } from './list-writer.ts';
import { wordWriter } from './word-writer.ts';

/** Where a document stands in the file. `lists`: the names of its lists, joined; `words`: what it is found by, joined. */
export type Place = {
  readonly n: number;
  readonly version: number;
  readonly sortKey: string;
  readonly lists: string;
  readonly words: string;
};

/** The lists of a document, as its projection has just said them. */
type Found = Pick<DocumentWrite, 'view' | 'lists' | 'counted'>;

export type PlaceWriter = {
  readonly enter: (found: Found, to: Place) => void;
  /** Touches only what changes: an order stands in the same lists, and has the same words, for most of its life. */
  readonly move: (found: Found, from: Place, to: Place) => void;
  readonly leave: (view: string, from: Place) => void;
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
  const counts = listCounts(database);
  const words = wordWriter(database);

  const enterLists = ({ view, counted = [] }: Found, to: Place, names: readonly string[]): void => {
    lists.enter({ ...to, view }, names);
    for (const name of names) if (counted.includes(name)) counts.entered(`${view}/${name}`);
  };
  const leaveLists = (view: string, from: Place, names: readonly string[]): void => {
    lists.leave({ ...from, view }, names);
    for (const name of names) counts.left(`${view}/${name}`);
  };
  return {
    enter: (found, to) => {
      enterLists(found, to, found.lists);
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
      words.change(to.n, from.words, to.words);
    },
    leave: (view, from) => {
      leaveLists(view, from, namesIn(from.lists));
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
