import { errors, type Client } from '@elastic/elasticsearch';
import { EngineError, firstPlacement, type Placement, type PlacementRecord } from '@orderloom/engine';
import { failureOfError, naming, viewsUnavailable } from './failures.ts';
import { makeIndex } from './index-setup.ts';
import type { SearchPlace } from './indices.ts';

type Kept = { readonly placement: Placement };

const isMissing = (error: unknown): boolean =>
  error instanceof errors.ResponseError && error.statusCode === 404;

export type PlacementRecordOptions = Pick<SearchPlace, 'prefix' | 'generation'> & { readonly client: Client };

/**
 * One versioned document, which every process reads. `generation`: the folds, see `searchGeneration`; builds of other folds
 * have a record of their own.
 */
export const placementRecord = ({ client, prefix, generation }: PlacementRecordOptions): PlacementRecord => {
  const index = `${prefix}-placement`;
  const lost = (): EngineError => viewsUnavailable('the placement cannot be read');
  return {
    read: () =>
      naming(lost, async () => {
        try {
          // By its id, so that it is current whether anything was refreshed or not.
          const { _source } = await client.get<Kept>({ index, id: generation });
          return _source?.placement ?? firstPlacement(generation);
        } catch (error) {
          if (isMissing(error)) return firstPlacement(generation);
          throw error;
        }
      }),
    replace: (next) =>
      naming(lost, async () => {
        await makeIndex(client, {
          index,
          mappings: { dynamic: 'strict', properties: { placement: { type: 'object', enabled: false } } },
          settings: { number_of_shards: 1, auto_expand_replicas: '0-1' },
        });
        try {
          // Of two who replace the same version, Elasticsearch takes one: the other's version is not newer than that.
          await client.index<Kept>({
            ...{ index, id: generation, document: { placement: next } },
            ...{ version: next.version, version_type: 'external', refresh: true, require_alias: false },
          });
        } catch (error) {
          if (failureOfError(error) !== 'stale') throw error;
          throw new EngineError('placement-moved', 'the placement was changed meanwhile; ask again', {
            retryable: true,
          });
        }
      }),
  };
};
