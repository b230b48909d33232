import { EngineError, firstPlacement, type Placement, type PlacementRecord } from '@orderloom/engine';
import { naming, type RedisConnection } from './connection.ts';
import { HEAD, placeKeys, type CachePlace } from './keys.ts';

export type CachePlacementOptions = { readonly redis: RedisConnection; readonly place: CachePlace };

/**
 * The placement as Redis has it, beside the documents: each question and each beginning of a writer looks at it in its own
 * step, so that a change counts from the next step on, for everybody. An emptied Redis has the first placement again.
 */
export const cachePlacement = ({ redis, place }: CachePlacementOptions): PlacementRecord => {
  const keys = placeKeys(place);
  return {
    read: () =>
      naming(async () => {
        const kept = await redis.hget(keys.placement, 'placement');
        return kept === null ? firstPlacement(place.folds) : (JSON.parse(kept) as Placement);
      }),
    replace: (next) =>
      naming(async () => {
        const { version, live, beside } = next;
        const named = [live, beside?.generation ?? '', JSON.stringify(next)];
        const heads = [keys.prefix, HEAD];
        if (await redis.viewPlace(keys.placement, place.folds, version - 1, version, ...named, ...heads))
          return;
        throw new EngineError('placement-moved', 'the placement was changed meanwhile; ask again', {
          retryable: true,
        });
      }),
  };
};
