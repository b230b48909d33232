import { isGivenUp, type Placement } from '@orderloom/engine';
import { naming, type RedisConnection } from './connection.ts';
import { placeKeys, type CachePlace } from './keys.ts';

/** Keys that one step of a scan looks at. */
const SCANNED = 1000;

/** Every key that begins so, some at a time; one that is there all the time comes at least once. */
export async function* keysBehind(redis: RedisConnection, prefix: string): AsyncGenerator<readonly string[]> {
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', SCANNED);
    if (keys.length > 0) yield keys;
    cursor = next;
  } while (cursor !== '0');
}

/** Deletes everything of the generations that the placement has given up; their epochs are gone already. */
export const deleteGivenUp = (
  redis: RedisConnection,
  place: CachePlace,
  placement: Placement,
): Promise<void> =>
  naming(async () => {
    const { generations, prefix } = placeKeys(place);
    for (const generation of await redis.smembers(generations)) {
      if (!isGivenUp(placement, generation)) continue;
      for await (const keys of keysBehind(redis, `${prefix}${generation}:`)) await redis.unlink(...keys);
      await redis.srem(generations, generation);
    }
  });
