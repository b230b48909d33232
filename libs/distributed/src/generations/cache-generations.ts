import { pagedDigests, type RunningGenerations } from '@orderloom/engine';
import { cachePlacement, deleteGivenUp, keptGeneration, type KeptGeneration } from '@orderloom/redis';
import type { DistributedOptions } from '../parts.ts';
import { cachePlace } from './cache-place.ts';
import { recordedGenerations, sumOf } from './recorded-generations.ts';
import { partsUpTo } from './search-place.ts';

export type CacheGenerationsOptions = DistributedOptions & {
  readonly prefix: string;
  readonly redis: Parameters<typeof cachePlacement>[0]['redis'];
};

/** The generations of an engine's hot cache; projector-cache feeds those that the placement names. */
export const cacheGenerations = (options: CacheGenerationsOptions): RunningGenerations => {
  const { redis, partitions, prefix } = options;
  const place = cachePlace(prefix);
  const parts = partsUpTo(partitions);
  const kept = (generation: string): KeptGeneration => keptGeneration({ redis, place, generation, parts });
  return recordedGenerations(options, {
    record: cachePlacement({ redis, place }),
    // While Redis is away nothing is shown.
    shownUpTo: (generation) =>
      kept(generation)
        .shownUpTo()
        .catch(() => 0),
    shown: async (generation) => ({
      ...sumOf(await kept(generation).checkpoints()),
      // A cache is not searched, and keeps no streams.
      ...{ foundBy: () => '', hasHistories: false },
      digestsIn: (share) => pagedDigests(kept(generation).contents(share)),
    }),
    deleteGivenUp: (placement) => deleteGivenUp(redis, place, placement),
  });
};
