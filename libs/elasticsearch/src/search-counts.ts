import type { estypes } from '@elastic/elasticsearch';
import {
  asksForAll,
  MOST_COUNTED,
  mostFrequent,
  MOST_VALUES,
  type SearchPage,
  type SearchQuestion,
} from '@orderloom/engine';
import { filtersOf } from './search-filters.ts';

/** Most values of all kinds together, which are counted in one pass over the hits. */
const VALUES_AT_ONCE = 1000;

const RESERVED = /[.?+*|{}[\]()"\\#@&<>~^$-]/g;

/** Values of one kind only. */
const onlyOf = (tenant: string, kind: string): Pick<estypes.AggregationsTermsAggregation, 'include'> => ({
  include: `${`${tenant}/${kind}:`.replaceAll(RESERVED, '\\$&')}.*`,
});

const countedBy = (
  size: number,
  only: Pick<estypes.AggregationsTermsAggregation, 'include'> = {},
): estypes.AggregationsAggregationContainer => ({
  terms: { field: 'counted', size, order: [{ _count: 'desc' }, { _key: 'asc' }], ...only },
});

type Aggregations = NonNullable<estypes.SearchRequest['aggs']>;
type Bucket = { readonly key: string; readonly doc_count: number };
type Counted = { readonly sum_other_doc_count: number; readonly buckets: readonly Bucket[] };
type Answer = Pick<estypes.SearchResponse, 'hits' | 'aggregations'>;
type Ask = (request: estypes.SearchRequest) => Promise<Answer>;
type Asked = { readonly index: string; readonly view: string; readonly question: SearchQuestion };

const valuesIn = ({ aggregations }: Answer, name: string): Counted =>
  aggregations?.[name] as unknown as Counted;

const hitsOf = ({ hits: { total } }: Answer): number =>
  typeof total === 'number' ? total : (total?.value ?? 0);

/** Of a question with too many hits to be counted no more is looked at than it takes to know that. */
const requestOf = ({ index, view, question }: Asked, aggs: Aggregations): estypes.SearchRequest => ({
  ...{ index, size: 0, request_cache: true, aggs },
  query: { bool: { filter: filtersOf(view, question) } },
  ...(!asksForAll(question) && { track_total_hits: true, terminate_after: MOST_COUNTED + 1 }),
});

/**
 * The counts of all hits, beside the page, which ends where it is full. The server keeps what it has counted until
 * something is refreshed.
 */
export const countsOf = async (ask: Ask, asked: Asked): Promise<SearchPage['counts']> => {
  const { tenant, counted: kinds } = asked.question;
  const answer = await ask(requestOf(asked, { all: countedBy(VALUES_AT_ONCE) }));
  if (hitsOf(answer) > MOST_COUNTED) return null;
  const all = valuesIn(answer, 'all');
  const more = await countedAlone(ask, asked, cutOff(all, tenant, kinds));
  const own = tenant.length + 1;
  const rows = new Map([...all.buckets, ...more].map(({ key, doc_count }) => [key.slice(own), doc_count]));
  return mostFrequent(rows, kinds);
};

/** One pass a kind. */
const countedAlone = async (ask: Ask, asked: Asked, kinds: readonly string[]): Promise<readonly Bucket[]> => {
  if (kinds.length === 0) return [];
  const { tenant } = asked.question;
  const alone = kinds.map((kind) => [kind, countedBy(MOST_VALUES, onlyOf(tenant, kind))] as const);
  const answer = await ask(requestOf(asked, Object.fromEntries(alone)));
  return kinds.flatMap((kind) => valuesIn(answer, kind).buckets);
};

/** Kinds of which there may be more: those that came are the most frequent of all kinds, and of these too few. */
const cutOff = (
  { sum_other_doc_count: others, buckets }: Counted,
  tenant: string,
  kinds: readonly string[],
): readonly string[] =>
  others === 0
    ? []
    : kinds.filter(
        (kind) => buckets.filter(({ key }) => key.startsWith(`${tenant}/${kind}:`)).length < MOST_VALUES,
      );
