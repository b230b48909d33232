import type { HitPlace, Later, Queue } from '@orderloom/engine';
import type { Database, Statement } from '../database.ts';

/** A document that is found: its number, and its place among the others. */
export type Hit = HitPlace & { readonly n: number };

/** Sort keys: from the first one on, before the second. */
export type Range = { readonly from: string; readonly until: string };

/** What entries are looked for. Lists are named with view and tenant. */
type Wanted = Range & { readonly lists: readonly string[]; readonly later: readonly Later[] };

/** More than this many documents of a list are not counted to find out which list is the smallest. */
const FEW = 2000;
/** No document has an instant before it. */
const NEVER = -1;

export type HitQueries = {
  /** Lists by the number of their documents, as far as that is known or small. */
  readonly smallestFirst: (lists: readonly string[]) => readonly string[];
  /** The newest documents of the first list that are what is wanted. */
  readonly inLists: (wanted: Wanted, size: number) => Hit[];
  /** The first documents of a queue, behind a place of it, that are what is wanted. `name`: with view and tenant. */
  readonly inQueue: (
    queue: Queue & { readonly name: string; readonly behind: HitPlace },
    wanted: Wanted,
    size: number,
  ) => Hit[];
  /** Those of some documents that are what is wanted, newest first. */
  readonly ofNumbers: (numbers: readonly number[], wanted: Wanted) => Hit[];
};

/** Questions about the entries of lists and queues, each answered by one statement. */
export const hitQueries = (database: Database): HitQueries => {
  const counted = database.prepare<{ documents: number }>('select documents from list_count where list = ?');
  const few = database.prepare<{ documents: number }>(
    'select count(*) documents from (select 1 from list_entry where list = ? limit ?)',
  );
  const statements = new Map<string, Statement<Hit>>();
  const prepared = (sql: string): Statement<Hit> => {
    const made = statements.get(sql) ?? database.prepare<Hit>(sql);
    statements.set(sql, made);
    return made;
  };
  return {
    smallestFirst: (lists) => {
      if (lists.length === 1) return lists;
      const sizes = lists.map(
        (list) => [list, counted.get(list)?.documents ?? few.get(list, FEW)?.documents ?? 0] as const,
      );
      return sizes.sort(([, a], [, b]) => a - b).map(([list]) => list);
    },
    inLists: ({ lists: [first = '', ...others], from, until, later }, size) => {
      const narrow = narrowing(others, later);
      return prepared(
        `select e.document n, e.sort_key sortKey from list_entry e
         where e.list = ? and e.sort_key >= ? and e.sort_key < ?${narrow.sql} order by e.sort_key desc limit ?`,
      ).all(first, from, until, ...narrow.values, size);
    },
    inQueue: ({ name, behind, until: last }, { lists, from, until, later }, size) => {
      const narrow = narrowing(lists, later);
      return prepared(
        `select e.document n, e.sort_key sortKey, e.at instant from instant_entry e
         where e.name = ? and (e.at, e.sort_key) > (?, ?) and e.at <= ?
           and e.sort_key >= ? and e.sort_key < ?${narrow.sql} order by e.at, e.sort_key limit ?`,
      ).all(
        ...[name, behind.instant ?? NEVER, behind.sortKey, last ?? Number.MAX_SAFE_INTEGER],
        ...[from, until, ...narrow.values, size],
      );
    },
    ofNumbers: (numbers, { lists: [first = '', ...others], from, until, later }) => {
      if (numbers.length === 0) return [];
      const narrow = narrowing(others, later);
      // `cross join`: in this order, each by its key; the planner does not know how few the numbers are.
      return prepared(
        `select e.document n, e.sort_key sortKey
         from json_each(?) hit cross join document d on d.n = hit.value
           cross join list_entry e on e.list = ? and e.sort_key = d.sort_key and e.document = d.n
         where d.sort_key >= ? and d.sort_key < ?${narrow.sql} order by e.sort_key desc`,
      ).all(JSON.stringify(numbers), first, from, until, ...narrow.values);
    },
  };
};

type Narrowing = { readonly sql: string; readonly values: readonly (string | number)[] };

/** What else is true of an entry `e`: it is in those lists, and its instants are later than others, or are not. */
const narrowing = (lists: readonly string[], later: readonly Later[]): Narrowing => {
  const listed = lists.map(
    () => ` and exists (select 1 from list_entry o where o.list = ?
      and o.sort_key = e.sort_key and o.document = e.document)`,
  );
  const compared = later.map(
    ({ isLater }) =>
      ` and coalesce((select json_extract(i.instants, ?) from document i where i.n = e.document), ${NEVER})
        ${isLater ? '>' : '<='} ?`,
  );
  return {
    sql: [...listed, ...compared].join(''),
    values: [...lists, ...later.flatMap(({ instant, than }) => [`$."${instant}"`, than])],
  };
};
