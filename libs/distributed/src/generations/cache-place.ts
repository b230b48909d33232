import type { CachePlace } from '@orderloom/redis';
import { searchPlace } from './search-place.ts';

/** Where this build's documents of an engine are in Redis: other folds, or another engine, have keys of their own. */
export const cachePlace = (prefix: string): CachePlace => {
  const { prefix: named, generation: folds } = searchPlace(prefix);
  return { prefix: named, folds };
};
