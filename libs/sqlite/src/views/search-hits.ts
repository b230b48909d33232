import { ALL, type SearchQuestion, type SearchTerm } from '@orderloom/engine';
import type { Database, Statement } from '../database.ts';
import { indexedText } from './word-writer.ts';

/** A document that is found: its number, and its place among the others. */
export type Hit = { readonly n: number; readonly sortKey: string };

/** So many documents with the words of a question are sorted; of more the newest are looked for first. */
const FEW = 2000;
const FIRST_CHUNK = 256;
const LONGEST_CHUNK = 16_384;
/** Before and behind every sort key. */
const [FIRST, LAST] = ['', '\u{10ffff}'];

type Range = { readonly from: string; readonly until: string };

/** Hits of a question, newest first, found as they are asked for. */
export const hitsIn = (database: Database) => {
  const { smallestFirst, inLists, ofNumbers } = listQueries(database);
  const matching = database.prepare<{ n: number }>(
    'select rowid n from word_index where word_index match ? limit ?',
  );
  // `+`: the numbers are looked for among the matches, not each of them in the index.
  const matchingOf = database.prepare<{ n: number }>(
    `select rowid n from word_index where word_index match ? and rowid between ? and ?
       and +rowid in (select value from json_each(?))`,
  );

  const documents = function* (lists: readonly string[], range: Range, first: number): Generator<Hit[]> {
    let { until } = range;
    for (let size = first; ; size = Math.min(4 * size, LONGEST_CHUNK)) {
      const chunk = inLists(lists, { ...range, until }, size);
      if (chunk.length > 0) yield chunk;
      if (chunk.length < size) return;
      until = chunk.at(-1)?.sortKey ?? FIRST;
    }
  };

  return function* (view: string, question: SearchQuestion): Generator<Hit> {
    const range = rangeOf(question);
    const lists = smallestFirst(listsOf(view, question));
    if (question.terms.length === 0) {
      for (const chunk of documents(lists, range, FIRST_CHUNK)) yield* chunk;
      return;
    }
    const match = matchOf(question.terms);
    const few = matching.all(match, FEW + 1).map(({ n }) => n);
    if (few.length <= FEW) {
      yield* ofNumbers(few, lists, range);
      return;
    }
    for (const chunk of documents(lists, range, FIRST_CHUNK)) {
      const numbers = chunk.map(({ n }) => n);
      const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
      const found = new Set(matchingOf.all(match, least, most, JSON.stringify(numbers)).map(({ n }) => n));
      yield* chunk.filter(({ n }) => found.has(n));
    }
  };
};

const listsOf = (view: string, { tenant, lists }: SearchQuestion): readonly string[] =>
  (lists.length === 0 ? [ALL] : lists).map((list) => `${view}/${tenant}/${list}`);

const rangeOf = ({ from, until, before }: SearchQuestion): Range => {
  const ends = [until, before].filter((end) => end !== null).sort();
  return { from: from ?? FIRST, until: ends[0] ?? LAST };
};

/** Every word in quotes, so that none is an operator. */
const matchOf = (terms: readonly SearchTerm[]): string =>
  terms
    .map(({ words, begins }) => {
      const wanted = words.map((word) => `"${indexedText([word])}"${begins ? '*' : ''}`);
      return `(${wanted.join(' OR ')})`;
    })
    .join(' AND ');

const listQueries = (database: Database) => {
  const counted = database.prepare<{ documents: number }>('select documents from list_count where list = ?');
  const few = database.prepare<{ documents: number }>(
    'select count(*) documents from (select 1 from list_entry where list = ? limit ?)',
  );
  /** Statements by the number of lists that a hit stands in beside the first. */
  const statementsFor = (sql: (others: string) => string): ((others: number) => Statement<Hit>) => {
    const made: Statement<Hit>[] = [];
    return (others) =>
      (made[others] ??= database.prepare<Hit>(
        sql(
          Array.from(
            { length: others },
            (_, at) =>
              ` and exists (select 1 from list_entry o where o.list = ?${5 + at}
                  and o.sort_key = e.sort_key and o.document = e.document)`,
          ).join(''),
        ),
      ));
  };
  const newest = statementsFor(
    (others) =>
      `select e.document n, e.sort_key sortKey from list_entry e
       where e.list = ?1 and e.sort_key >= ?2 and e.sort_key < ?3${others} order by e.sort_key desc limit ?4`,
  );
  // `cross join`: in this order, each by its key; the planner does not know how few the numbers are.
  const numbered = statementsFor(
    (others) =>
      `select e.document n, e.sort_key sortKey
       from json_each(?4) hit cross join document d on d.n = hit.value
         cross join list_entry e on e.list = ?1 and e.sort_key = d.sort_key and e.document = d.n
       where d.sort_key >= ?2 and d.sort_key < ?3${others} order by e.sort_key desc`,
  );
  return {
    smallestFirst: (lists: readonly string[]): readonly string[] => {
      if (lists.length === 1) return lists;
      const sizes = lists.map(
        (list) => [list, counted.get(list)?.documents ?? few.get(list, FEW)?.documents ?? 0] as const,
      );
      return sizes.sort(([, a], [, b]) => a - b).map(([list]) => list);
    },
    inLists: ([first = '', ...others]: readonly string[], { from, until }: Range, size: number): Hit[] =>
      newest(others.length).all(first, from, until, size, ...others),
    ofNumbers: (
      numbers: readonly number[],
      [first = '', ...others]: readonly string[],
      { from, until }: Range,
    ): Hit[] =>
      numbers.length === 0
        ? []
        : numbered(others.length).all(first, from, until, JSON.stringify(numbers), ...others),
  };
};
