import type { Client, estypes } from '@elastic/elasticsearch';
import type { DocumentWrite, IdRange, KeptDocument, Share, StreamChunk } from '@orderloom/engine';
import { allHits } from './all-hits.ts';
import { indexNames, type SearchPlace } from './indices.ts';
import { CHECKPOINTS, PARKED, SEARCHABLE } from './operations.ts';
import { wholeHistories, type StreamPart } from './stream-frames.ts';

type Kept = Omit<KeptDocument, 'body' | 'found'> &
  Pick<DocumentWrite, 'text' | 'counted' | 'instants'> & { readonly document: unknown };

/** See `KeptDocument`. */
export const foundBy = ({
  text = [],
  counted = [],
  instants = {},
}: Pick<DocumentWrite, 'text' | 'counted' | 'instants'>): string => JSON.stringify([text, counted, instants]);

/** Every document of a share that a generation of views shows at this moment. */
export async function* searchContents(
  client: Client,
  place: SearchPlace,
  share: Share,
): AsyncGenerator<readonly KeptDocument[]> {
  const query = documentsOf(share);
  const fields = ['view', 'id', 'version', 'sortKey', 'lists', 'text', 'counted', 'instants', 'document'];
  for await (const page of allHits<Kept>(client, indexNames(place).views, { query, fields }))
    yield page.map(keptDocument);
}

/** The history of every stream of a share, as the stream store has it: one chunk each, or a second one behind a hole. */
export const searchHistories = async (
  client: Client,
  place: SearchPlace,
  { streams }: Share,
): Promise<readonly StreamChunk[]> => {
  const query = { bool: { filter: [...rangeOf('streamId', streams)] } };
  const fields = ['streamId', 'firstVersion', 'lastVersion', 'frames'];
  const parts: StreamPart[] = [];
  for await (const page of allHits<StreamPart>(client, indexNames(place).streams, { query, fields }))
    parts.push(...page);
  return wholeHistories(parts);
};

const keptDocument = ({ view, id, version, sortKey, lists, document, ...found }: Kept): KeptDocument => ({
  ...{ view, id, version, sortKey, lists, found: foundBy(found) },
  body: JSON.stringify(document),
});

type Query = estypes.QueryDslQueryContainer;

const rangeOf = (field: string, { after, upTo }: IdRange): readonly Query[] =>
  after === null && upTo === null
    ? []
    : [{ range: { [field]: { ...(after !== null && { gt: after }), ...(upTo !== null && { lte: upTo }) } } }];

const documentsOf = ({ views, hasUnknown }: Share): Query => {
  const ofViews = views.map(({ view, ids }): Query => ({
    bool: { filter: [{ term: { view } }, ...rangeOf('id', ids)] },
  }));
  const known: Query = { terms: { view: views.map(({ view }) => view) } };
  return {
    bool: {
      filter: [{ term: { live: true } }],
      must_not: [{ terms: { view: [CHECKPOINTS, SEARCHABLE, PARKED] } }],
      should: [...ofViews, ...(hasUnknown ? [{ bool: { must_not: [known] } }] : [])],
      minimum_should_match: 1,
    },
  };
};
