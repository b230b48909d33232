import type { Database } from '../database.ts';

/** A document as its lists know it. */
type Listed = { readonly sortKey: string; readonly n: number };

type ListWriter = {
  readonly enter: (document: Listed, lists: readonly string[]) => void;
  readonly leave: (document: Listed, lists: readonly string[]) => void;
};

/** Lists entered by one statement: an order stands in six, and each of a statement of its own costs twice as much. */
const AT_ONCE = 8;

/** The lists of a views file. */
export const listWriter = (database: Database): ListWriter => {
  const enter = Array.from({ length: AT_ONCE }, (_, more) => {
    const rows = Array.from({ length: more + 1 }, (_row, at) => `(?${at + 3}, ?1, ?2)`);
    return database.prepare(
      `insert or ignore into list_entry(list, sort_key, document) values ${rows.join()}`,
    );
  });
  const leave = database.prepare('delete from list_entry where list = ? and sort_key = ? and document = ?');
  return {
    enter: ({ sortKey, n }, lists) => {
      for (let at = 0; at < lists.length; at += AT_ONCE) {
        const some = lists.slice(at, at + AT_ONCE);
        enter[some.length - 1]?.run(sortKey, n, ...some);
      }
    },
    leave: ({ sortKey, n }, lists) => {
      for (const list of lists) leave.run(list, sortKey, n);
    },
  };
};
