export { cachedReader, type CachedReaderOptions, type ReadPath } from './cached-reader.ts';
export { redisCache, type AsOf, type Cache, type RedisCacheOptions } from './cache.ts';
export { connectRedis, type RedisConnection, type RedisOptions } from './connection.ts';
export { redisViewStore, type RedisViewStoreOptions } from './view-store.ts';
