import type { Client, estypes } from '@elastic/elasticsearch';
import type { DocumentWrite, KeptDocument } from '@orderloom/engine';
import { engineError, viewsLost } from './failures.ts';
import { indexNames, type SearchPlace } from './indices.ts';
import { CHECKPOINTS, PARKED, SEARCHABLE } from './operations.ts';

/** Documents of one page. */
const PAGE = 1000;
const KEEP_ALIVE = '2m';

type Kept = Omit<KeptDocument, 'body' | 'found'> &
  Pick<DocumentWrite, 'text' | 'counted' | 'instants'> & { readonly document: unknown };

/** See `KeptDocument`. */
export const foundBy = ({
  text = [],
  counted = [],
  instants = {},
}: Pick<DocumentWrite, 'text' | 'counted' | 'instants'>): string => JSON.stringify([text, counted, instants]);

/** Every document that a generation of views shows at this moment, page by page; what is written meanwhile is left out. */
export async function* searchContents(
  client: Client,
  place: SearchPlace,
): AsyncGenerator<readonly KeptDocument[]> {
  const { views } = indexNames(place);
  try {
    const { id } = await client.openPointInTime({ index: views.index, keep_alive: KEEP_ALIVE });
    try {
      for (let after: estypes.SortResults | undefined; ;) {
        const { hits } = await client.search<Kept>(pageOf(id, after));
        yield hits.hits.flatMap(({ _source }) => (_source ? [keptDocument(_source)] : []));
        after = hits.hits.at(-1)?.sort;
        if (hits.hits.length < PAGE || after === undefined) return;
      }
    } finally {
      await client.closePointInTime({ id });
    }
  } catch (error) {
    throw engineError(error, () => viewsLost(views.alias));
  }
}

const keptDocument = ({ view, id, version, sortKey, lists, document, ...found }: Kept): KeptDocument => ({
  ...{ view, id, version, sortKey, lists, found: foundBy(found) },
  body: JSON.stringify(document),
});

const pageOf = (id: string, after: estypes.SortResults | undefined): estypes.SearchRequest => ({
  pit: { id, keep_alive: KEEP_ALIVE },
  size: PAGE,
  query: {
    bool: {
      filter: [{ term: { live: true } }],
      must_not: [{ terms: { view: [CHECKPOINTS, SEARCHABLE, PARKED] } }],
    },
  },
  sort: [{ _shard_doc: 'asc' }],
  track_total_hits: false,
  _source: ['view', 'id', 'version', 'sortKey', 'lists', 'text', 'counted', 'instants', 'document'],
  ...(after === undefined ? {} : { search_after: after }),
});
