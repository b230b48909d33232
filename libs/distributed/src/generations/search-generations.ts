import {
  deleteGivenUp,
  foundBy,
  placementRecord,
  searchContents,
  searchHistories,
  searchReader,
  type SearchPlace,
} from '@orderloom/elasticsearch';
import { pagedDigests, type RunningGenerations, type ShownViews } from '@orderloom/engine';
import type { DistributedOptions } from '../parts.ts';
import { recordedGenerations, sumOf } from './recorded-generations.ts';

export type SearchGenerationsOptions = DistributedOptions & {
  readonly client: Parameters<typeof placementRecord>[0]['client'];
  readonly place: SearchPlace;
  /** The parts of the log whose checkpoints add up to what a generation shows. */
  readonly parts: readonly string[];
};

/** The generations of an engine's views on Elasticsearch; projector-search feeds those that the placement names. */
export const searchGenerations = (options: SearchGenerationsOptions): RunningGenerations => {
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
      digestsIn: async (share) => {
        const views = { ...place, generation };
        return pagedDigests(
          searchContents(client, views, share),
          await searchHistories(client, views, share),
        );
      },
    }),
    deleteGivenUp: (placement) => deleteGivenUp(client, place, placement),
  });
};
