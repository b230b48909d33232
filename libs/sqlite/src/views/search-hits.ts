import { ALL, placeInQueue, type SearchQuestion, type SearchTerm } from '@orderloom/engine';
import type { Database } from '../database.ts';
import { hitQueries, type Hit, type HitQueries, type Range } from './hit-queries.ts';
import { instantName } from './instant-writer.ts';
import { indexedText } from './word-writer.ts';

/** So many documents with the words of a question are sorted; of more the first ones are looked for first. */
const FEW = 2000;
const FIRST_CHUNK = 256;
const LONGEST_CHUNK = 16_384;
/** Before and behind every sort key. */
const [FIRST, LAST] = ['', '\u{10ffff}'];

/** Documents that its lists and instants make hits, in the order of the question, behind one of them. */
type Walk = (behind: Hit | undefined, size: number) => readonly Hit[];

/** Hits of a question in its order, found as they are asked for. */
export const hitsIn = (database: Database) => {
  const queries = hitQueries(database);
  const matching = database.prepare<{ n: number }>(
    'select rowid n from word_index where word_index match ? limit ?',
  );
  // `+`: the numbers are looked for among the matches, not each of them in the index.
  const matchingOf = database.prepare<{ n: number }>(
    `select rowid n from word_index where word_index match ? and rowid between ? and ?
       and +rowid in (select value from json_each(?))`,
  );

  return function* (view: string, question: SearchQuestion): Generator<Hit> {
    const walk =
      question.queue === undefined ? listWalk(queries, view, question) : queueWalk(queries, view, question);
    if (question.terms.length === 0) {
      for (const chunk of chunksOf(walk)) yield* chunk;
      return;
    }
    const match = matchOf(question.terms);
    const few = question.queue === undefined ? matching.all(match, FEW + 1).map(({ n }) => n) : undefined;
    if (few !== undefined && few.length <= FEW) {
      yield* queries.ofNumbers(few, wantedBy(queries, view, question));
      return;
    }
    for (const chunk of chunksOf(walk)) {
      const numbers = chunk.map(({ n }) => n);
      const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
      const found = new Set(matchingOf.all(match, least, most, JSON.stringify(numbers)).map(({ n }) => n));
      yield* chunk.filter(({ n }) => found.has(n));
    }
  };
};

function* chunksOf(walk: Walk): Generator<readonly Hit[]> {
  let behind: Hit | undefined;
  for (let size = FIRST_CHUNK; ; size = Math.min(4 * size, LONGEST_CHUNK)) {
    const chunk = walk(behind, size);
    if (chunk.length > 0) yield chunk;
    if (chunk.length < size) return;
    behind = chunk.at(-1);
  }
}

const wantedBy = (queries: HitQueries, view: string, question: SearchQuestion) => {
  const { lists, later = [] } = question;
  const names = named(view, question, lists.length === 0 ? [ALL] : lists);
  return { ...rangeOf(question), lists: queries.smallestFirst(names), later };
};

const listWalk = (queries: HitQueries, view: string, question: SearchQuestion): Walk => {
  const wanted = wantedBy(queries, view, question);
  return (behind, size) => queries.inLists({ ...wanted, until: behind?.sortKey ?? wanted.until }, size);
};

/** A queue is walked as it is, however few of its documents stand in the lists: its order is that of no other list. */
const queueWalk = (queries: HitQueries, view: string, question: SearchQuestion): Walk => {
  const { tenant, lists, later = [], queue = { instant: '', until: null } } = question;
  const name = instantName(view, tenant, queue.instant);
  const head = placeInQueue(question) ?? { sortKey: FIRST };
  const wanted = { ...rangeOf({ ...question, before: null }), lists: named(view, question, lists), later };
  return (behind, size) => queries.inQueue({ ...queue, name, behind: behind ?? head }, wanted, size);
};

const named = (view: string, { tenant }: SearchQuestion, lists: readonly string[]): readonly string[] =>
  lists.map((list) => `${view}/${tenant}/${list}`);

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
