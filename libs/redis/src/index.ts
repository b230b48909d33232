export { cachedReader, type CachedReaderOptions, type ReadPath } from './cached-reader.ts';
export { redisCache, type AsOf, type Cache, type RedisCacheOptions } from './cache.ts';
export { deleteGivenUp } from './given-up.ts';
export { keptGeneration, type KeptGeneration } from './kept-generation.ts';
export type { CachePlace } from './keys.ts';
export { cachePlacement } from './placement-record.ts';
export { connectRedis, type RedisConnection, type RedisOptions } from './connection.ts';
export { redisViewStore, type RedisViewStoreOptions } from './view-store.ts';
