import type { estypes } from '@elastic/elasticsearch';
import {
  asksForAll,
  MOST_COUNTED,
  mostFrequent,
  MOST_VALUES,
  placeInQueue,
  type Later,
  type Queue,
  type SearchPage,
  type SearchQuestion,
  type SearchTerm,
} from '@orderloom/engine';

type Query = estypes.QueryDslQueryContainer;

/** A hit has one of the words: they are compared whole, as they were written, and analysed by nobody. */
const termQuery = ({ words, begins }: SearchTerm): Query =>
  begins
    ? {
        bool: {
          should: words.map((word) => ({ prefix: { text: { value: word } } })),
          minimum_should_match: 1,
        },
      }
    : { terms: { text: [...words] } };

const rangeQuery = ({ from, until }: SearchQuestion): readonly Query[] =>
  from === null && until === null
    ? []
    : [{ range: { sortKey: { ...(from !== null && { gte: from }), ...(until !== null && { lt: until }) } } }];

const fieldOf = (instant: string): string => `instants.${instant}`;

/** No document has an instant that is later where nobody has one: the field is not there then, and nothing is found. */
const laterQuery = ({ instant, than, isLater }: Later): Query => {
  const later: Query = { range: { [fieldOf(instant)]: { gt: than } } };
  return isLater ? later : { bool: { must_not: [later] } };
};

const queuedQuery = ({ instant, until }: Queue): Query =>
  until === null
    ? { exists: { field: fieldOf(instant) } }
    : { range: { [fieldOf(instant)]: { lte: until } } };

const filtersOf = (view: string, question: SearchQuestion): Query[] => [
  { term: { view } },
  { term: { tenant: question.tenant } },
  { term: { live: true } },
  ...question.lists.map((list) => ({ term: { lists: `${question.tenant}/${list}` } })),
  ...question.terms.map(termQuery),
  ...rangeQuery(question),
  ...(question.later ?? []).map(laterQuery),
  ...(question.queue === undefined ? [] : [queuedQuery(question.queue)]),
];

const RESERVED = /[.?+*|{}[\]()"\\#@&<>~^$-]/g;

/** The values of one kind; the server counts nothing else. */
const countOf = (tenant: string, kind: string): estypes.AggregationsAggregationContainer => ({
  terms: {
    field: 'counted',
    include: `${`${tenant}/${kind}:`.replaceAll(RESERVED, '\\$&')}.*`,
    size: MOST_VALUES,
    order: [{ _count: 'desc' }, { _key: 'asc' }],
  },
});

const orderOf = (question: SearchQuestion): Pick<estypes.SearchRequest, 'sort' | 'search_after'> => {
  const { queue, before } = question;
  if (queue === undefined)
    return { sort: [{ sortKey: 'desc' }], ...(before !== null && { search_after: [before] }) };
  const place = placeInQueue(question);
  return {
    sort: [{ [fieldOf(queue.instant)]: { order: 'asc', unmapped_type: 'long' } }, { sortKey: 'asc' }],
    ...(place && { search_after: [place.instant, place.sortKey] }),
  };
};

export const searchRequest = (
  index: string,
  view: string,
  question: SearchQuestion,
): estypes.SearchRequest => ({
  index,
  size: question.limit,
  query: { bool: { filter: filtersOf(view, question) } },
  ...orderOf(question),
  _source: ['id', 'version', 'sortKey', 'document'],
  ...(question.counted.length > 0 && {
    track_total_hits: MOST_COUNTED + 1,
    aggs: Object.fromEntries(question.counted.map((kind) => [kind, countOf(question.tenant, kind)])),
  }),
});

type Buckets = { readonly buckets: readonly { readonly key: string; readonly doc_count: number }[] };

/** The counts of an answer, as the port gives them. */
export const countsOf = (
  { hits, aggregations }: Pick<estypes.SearchResponse, 'hits' | 'aggregations'>,
  question: SearchQuestion,
): SearchPage['counts'] => {
  if (question.counted.length === 0) return null;
  const total = typeof hits.total === 'number' ? hits.total : (hits.total?.value ?? 0);
  if (total > MOST_COUNTED && !asksForAll(question)) return null;
  const own = question.tenant.length + 1;
  const rows = question.counted.flatMap((kind) => {
    const { buckets } = aggregations?.[kind] as unknown as Buckets;
    return buckets.map(({ key, doc_count: documents }) => [key.slice(own), documents] as const);
  });
  return mostFrequent(rows, question.counted);
};
