import { searchPlace } from './search-place.ts';

/** Where this build's documents of an engine are in Redis: other folds, or another engine, have keys of their own. */
export const cacheGeneration = (prefix: string): string => {
  const place = searchPlace(prefix);
  return `${place.prefix}/${place.generation}`;
};
