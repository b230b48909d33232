import { placedReader, placementRecord, type SearchReader } from '@orderloom/elasticsearch';
import { RunningGenerations, unrecorded } from '@orderloom/engine';
import type { DistributedOptions } from '../parts.ts';
import { searchGenerations } from './search-generations.ts';
import { partOf, searchPlace } from './search-place.ts';

export type SearchedViewsOptions = DistributedOptions & {
  readonly prefix: string;
  readonly client: Parameters<typeof placementRecord>[0]['client'];
};

export type SearchedViews = {
  /** Reads the generation that is live. */
  readonly reader: SearchReader;
  readonly generations: RunningGenerations;
};

/** What projector-search writes, as an edge reads it and an operator handles it. */
export const searchedViews = (options: SearchedViewsOptions): SearchedViews => {
  const { client, prefix, onProblem = () => undefined } = options;
  const place = searchPlace(prefix);
  const parts = Array.from({ length: options.partitions }, (_, partition) => partOf(partition));
  return {
    reader: placedReader({ ...place, client, parts, record: placementRecord({ ...place, client }) }),
    generations: new RunningGenerations({
      place: searchGenerations({ ...options, place, parts }),
      recordOf: () => unrecorded,
      onProblem: (message) => {
        onProblem(new Error(message));
      },
    }),
  };
};
