import {
  deleteGivenUp,
  foundBy,
  placementRecord,
  searchContents,
  searchHistories,
  searchReader,
  type SearchPlace,
} from '@orderloom/elasticsearch';
import {
  digestsOf,
  type Digests,
  type GenerationsPlace,
  type Share,
  type ShownViews,
} from '@orderloom/engine';
import type { DistributedOptions } from '../parts.ts';
import { recordedGenerations, sumOf } from './recorded-generations.ts';

type SearchClient = Parameters<typeof placementRecord>[0]['client'];

export type SearchGenerationsOptions = DistributedOptions & {
  readonly client: SearchClient;
  readonly place: SearchPlace;
  /** The parts of the log whose checkpoints add up to what a generation shows. */
  readonly parts: readonly string[];
};

/** The generations of an engine's views on Elasticsearch; projector-search feeds those that the placement names. */
export const searchGenerations = (options: SearchGenerationsOptions): GenerationsPlace => {
  const { client, place, parts } = options;
  const readerOf = (generation: string) => searchReader({ client, ...place, generation, parts });
  return recordedGenerations(options, {
    record: placementRecord({ ...place, client }),
    // A generation whose indices nobody has made yet shows nothing.
    shownUpTo: (generation) =>
      readerOf(generation)
        .asOf()
        .catch(() => 0),
    shown: async (generation): Promise<ShownViews> => ({
      // The checkpoints are read first: what they speak of is searchable by then.
      ...sumOf(await readerOf(generation).searchable(parts)),
      ...{ foundBy, hasHistories: true },
      digestsIn: (share) => digestsIn(client, { ...place, generation }, share),
    }),
    deleteGivenUp: (placement) => deleteGivenUp(client, place, placement),
  });
};

const digestsIn = async (client: SearchClient, place: SearchPlace, share: Share): Promise<Digests> => {
  const digests = new Map(digestsOf([], await searchHistories(client, place, share)));
  for await (const page of searchContents(client, place, share))
    for (const [key, digest] of digestsOf(page, [])) digests.set(key, digest);
  return digests;
};
