import { digestsOf, RunningGenerations, unrecorded, type Digests, type Share } from '@orderloom/engine';
import { cachePlacement, deleteGivenUp, keptGeneration, type KeptGeneration } from '@orderloom/redis';
import type { DistributedOptions } from '../parts.ts';
import { cachePlace } from './cache-place.ts';
import { recordedGenerations, sumOf } from './recorded-generations.ts';
import { partOf } from './search-place.ts';

export type CacheGenerationsOptions = DistributedOptions & {
  readonly prefix: string;
  readonly redis: Parameters<typeof cachePlacement>[0]['redis'];
};

/** The generations of an engine's hot cache; projector-cache feeds those that the placement names. */
export const cacheGenerations = (options: CacheGenerationsOptions): RunningGenerations => {
  const { redis, partitions, prefix, onProblem = () => undefined } = options;
  const place = cachePlace(prefix);
  const parts = Array.from({ length: partitions }, (_, partition) => partOf(partition));
  const kept = (generation: string): KeptGeneration => keptGeneration({ redis, place, generation, parts });
  return new RunningGenerations({
    place: recordedGenerations(options, {
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
        digestsIn: (share) => digestsIn(kept(generation), share),
      }),
      deleteGivenUp: (placement) => deleteGivenUp(redis, place, placement),
    }),
    recordOf: () => unrecorded,
    onProblem: (message) => {
      onProblem(new Error(message));
    },
  });
};

const digestsIn = async ({ contents }: KeptGeneration, share: Share): Promise<Digests> => {
  const digests = new Map<string, { readonly version: number; readonly digest: string }>();
  for await (const page of contents(share))
    for (const [key, digest] of digestsOf(page, [])) digests.set(key, digest);
  return digests;
};
