import {
  ALL,
  asksForAll,
  MOST_COUNTED,
  mostFrequent,
  pageOfHits,
  placeInQueue,
  type HitPlace,
  type SearchPage,
  type SearchQuestion,
  type SearchTerm,
} from '../ports/view-search.ts';
import { pageSize } from '../ports/page-size.ts';
import type { DocumentWrite } from '../ports/view-store.ts';

type Hit = HitPlace & { readonly document: DocumentWrite };

/** Searches the documents of one view by looking at each of them. */
export const searchIn = (
  documents: Iterable<DocumentWrite>,
  question: SearchQuestion,
): Pick<SearchPage, 'next' | 'counts'> & { readonly page: readonly DocumentWrite[] } => {
  const hits = [...documents].filter((document) => isHit(document, question));
  const { page, next } = pageOfHits(behind(hits, question), pageSize(question.limit));
  return { page: page.map(({ document }) => document), next, counts: countsOf(hits, question) };
};

const behind = (hits: readonly DocumentWrite[], question: SearchQuestion): readonly Hit[] => {
  const { before, queue } = question;
  if (queue === undefined)
    return hits
      .map((document) => ({ document, sortKey: document.sortKey }))
      .filter(({ sortKey }) => before === null || sortKey < before)
      .sort((a, b) => (a.sortKey < b.sortKey ? 1 : -1));
  const place = placeInQueue(question);
  return hits
    .map((document) => ({ document, sortKey: document.sortKey, instant: instantOf(document, queue.instant) }))
    .filter((hit) => place === undefined || isLess(place, hit))
    .sort((a, b) => (isLess(a, b) ? -1 : 1));
};

const isLess = (a: Required<HitPlace>, b: Required<HitPlace>): boolean =>
  a.instant < b.instant || (a.instant === b.instant && a.sortKey < b.sortKey);

const NEVER = Number.NEGATIVE_INFINITY;
const instantOf = ({ instants = {} }: DocumentWrite, name: string): number => instants[name] ?? NEVER;

const isHit = (document: DocumentWrite, question: SearchQuestion): boolean => {
  const { lists, text = [], sortKey } = document;
  const { from, until, later = [] } = question;
  return (
    [ALL, ...question.lists].every((list) => lists.includes(`${question.tenant}/${list}`)) &&
    question.terms.every((term) => hasTerm(text, term)) &&
    (from === null || sortKey >= from) &&
    (until === null || sortKey < until) &&
    later.every(({ instant, than, isLater }) => instantOf(document, instant) > than === isLater) &&
    isQueued(document, question)
  );
};

const isQueued = (document: DocumentWrite, { queue }: SearchQuestion): boolean => {
  if (queue === undefined) return true;
  const at = instantOf(document, queue.instant);
  return at !== NEVER && at <= (queue.until ?? Number.POSITIVE_INFINITY);
};

const hasTerm = (text: readonly string[], { words, begins }: SearchTerm): boolean =>
  words.some((word) => text.some((one) => (begins ? one.startsWith(word) : one === word)));

const countsOf = (hits: readonly DocumentWrite[], question: SearchQuestion): SearchPage['counts'] => {
  if (question.counted.length === 0) return null;
  if (hits.length > MOST_COUNTED && !asksForAll(question)) return null;
  const counts = new Map<string, number>();
  for (const { counted = [] } of hits)
    for (const list of counted) counts.set(list, (counts.get(list) ?? 0) + 1);
  const own = question.tenant.length + 1;
  return mostFrequent(
    [...counts].map(([list, n]) => [list.slice(own), n] as const),
    question.counted,
  );
};
