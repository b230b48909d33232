import { placedReader, placementRecord, type SearchReader } from '@orderloom/elasticsearch';
import type { RunningGenerations } from '@orderloom/engine';
import type { DistributedOptions } from '../parts.ts';
import { searchGenerations } from './search-generations.ts';
import { partsUpTo, searchPlace } from './search-place.ts';

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
  const { client, prefix } = options;
  const place = searchPlace(prefix);
  const parts = partsUpTo(options.partitions);
  return {
    reader: placedReader({ ...place, client, parts, record: placementRecord({ ...place, client }) }),
    generations: searchGenerations({ ...options, place, parts }),
  };
};
