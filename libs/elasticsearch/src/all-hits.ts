import type { Client, estypes } from '@elastic/elasticsearch';
import { naming, viewsLost } from './failures.ts';
import type { IndexName } from './indices.ts';

/** Documents of one page. */
const PAGE = 1000;
const KEEP_ALIVE = '2m';

export type AllHitsRequest = {
  readonly query: estypes.QueryDslQueryContainer;
  readonly fields: readonly string[];
};

/** Everything in an index that a query finds at this moment, page by page; what is written meanwhile is left out. */
export async function* allHits<T>(
  client: Client,
  { index, alias }: IndexName,
  request: AllHitsRequest,
): AsyncGenerator<readonly T[]> {
  const ask = <R>(question: () => Promise<R>): Promise<R> => naming(() => viewsLost(alias), question);
  const { id } = await ask(() => client.openPointInTime({ index, keep_alive: KEEP_ALIVE }));
  try {
    for (let after: estypes.SortResults | undefined; ;) {
      const { hits } = await ask(() => client.search<T>(pageOf(id, request, after)));
      yield hits.hits.flatMap(({ _source }) => (_source ? [_source] : []));
      after = hits.hits.at(-1)?.sort;
      if (hits.hits.length < PAGE || after === undefined) return;
    }
  } finally {
    await ask(() => client.closePointInTime({ id }));
  }
}

const pageOf = (
  id: string,
  { query, fields }: AllHitsRequest,
  after: estypes.SortResults | undefined,
): estypes.SearchRequest => ({
  pit: { id, keep_alive: KEEP_ALIVE },
  size: PAGE,
  query,
  sort: [{ _shard_doc: 'asc' }],
  track_total_hits: false,
  _source: [...fields],
  ...(after === undefined ? {} : { search_after: after }),
});
