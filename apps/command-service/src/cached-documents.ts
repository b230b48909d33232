import { cachePlace, partsUpTo, type ShownParts } from '@orderloom/distributed';
import { systemClock, type ViewReader } from '@orderloom/engine';
import { cachedReader, connectRedis, redisCache, type ReadPath } from '@orderloom/redis';

/** A reader waits no longer for the cache, ms: the views behind it answer too. */
const ANSWER_WITHIN_MS = 100;

export type CachedDocuments = {
  /** In front of the views that are known to show so much. */
  readonly inFrontOf: (source: ViewReader, shown: ShownParts) => ViewReader;
  /** Documents read since the start, by how they were. */
  readonly reads: () => Readonly<Record<ReadPath, number>>;
  readonly close: () => void;
};

/** What projector-cache writes, as an edge reads documents from it. */
export const cachedDocuments = async ({
  redisUrl,
  kafkaPrefix,
  kafkaPartitions,
}: {
  readonly redisUrl: string;
  readonly kafkaPrefix: string;
  readonly kafkaPartitions: number;
}): Promise<CachedDocuments> => {
  const reads = { hit: 0, miss: 0, absent: 0, behind: 0, detour: 0 };
  const redis = await connectRedis({ url: redisUrl, answerWithinMs: ANSWER_WITHIN_MS });
  return {
    inFrontOf: (source, shown) =>
      cachedReader({
        cache: redisCache({
          redis,
          place: cachePlace(kafkaPrefix),
          parts: partsUpTo(kafkaPartitions),
          told: shown.parts,
        }),
        ...{ source, sourceShown: shown.index, clock: systemClock, random: Math.random },
        onRead: (path) => {
          reads[path] += 1;
        },
      }),
    reads: () => reads,
    close: () => redis.disconnect(),
  };
};
