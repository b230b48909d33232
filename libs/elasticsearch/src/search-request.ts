import type { estypes } from '@elastic/elasticsearch';
import { placeInQueue, type Queue, type SearchQuestion } from '@orderloom/engine';
import { headsUpTo, NEWEST_FIRST, placeBehind } from './newest-first.ts';
import { fieldOf, filtersOf } from './search-filters.ts';

type Page = Required<Pick<estypes.SearchRequest, 'query' | 'sort'>> &
  Pick<estypes.SearchRequest, 'search_after'>;

const newestFirst = (view: string, question: SearchQuestion): Page => {
  const { before } = question;
  const filter = filtersOf(view, question);
  if (before === null) return { query: { bool: { filter } }, sort: NEWEST_FIRST };
  return {
    query: { bool: { filter: [...filter, headsUpTo(before)] } },
    sort: NEWEST_FIRST,
    search_after: placeBehind(before, ''),
  };
};

const queued = (view: string, question: SearchQuestion, { instant }: Queue): Page => {
  const place = placeInQueue(question);
  return {
    query: { bool: { filter: filtersOf(view, question) } },
    sort: [{ [fieldOf(instant)]: { order: 'asc', unmapped_type: 'long' } }, { sortKey: 'asc' }],
    ...(place && { search_after: [place.instant, place.sortKey] }),
  };
};

export const pageRequest = (
  index: string,
  view: string,
  question: SearchQuestion,
): estypes.SearchRequest => ({
  index,
  size: question.limit,
  ...(question.queue === undefined ? newestFirst(view, question) : queued(view, question, question.queue)),
  _source: ['id', 'version', 'sortKey', 'document'],
});
