import {
  ALL,
  asksForAll,
  MOST_COUNTED,
  mostFrequent,
  pageOfHits,
  searchPageSize,
  type SearchPage,
  type SearchQuestion,
  type SearchTerm,
} from '../ports/view-search.ts';
import type { DocumentWrite } from '../ports/view-store.ts';

/** Searches the documents of one view by looking at each of them. */
export const searchIn = (
  documents: Iterable<DocumentWrite>,
  question: SearchQuestion,
): Pick<SearchPage, 'next' | 'counts'> & { readonly page: readonly DocumentWrite[] } => {
  const hits = [...documents].filter((document) => isHit(document, question));
  hits.sort((a, b) => (a.sortKey < b.sortKey ? 1 : -1));
  const behind = hits.filter(({ sortKey }) => question.before === null || sortKey < question.before);
  return { ...pageOfHits(behind, searchPageSize(question)), counts: countsOf(hits, question) };
};

const isHit = ({ lists, text = [], sortKey }: DocumentWrite, question: SearchQuestion): boolean =>
  [ALL, ...question.lists].every((list) => lists.includes(`${question.tenant}/${list}`)) &&
  question.terms.every((term) => hasTerm(text, term)) &&
  (question.from === null || sortKey >= question.from) &&
  (question.until === null || sortKey < question.until);

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
