import type { Client } from '@elastic/elasticsearch';
import { EngineError, isGivenUp, type Placement } from '@orderloom/engine';
import { naming, viewsUnavailable } from './failures.ts';
import { indexNames, type SearchPlace } from './indices.ts';

/** Whoever gets this ends: nobody reads the generation, and nobody may make it again. */
export const generationDropped = (generation: string): EngineError =>
  new EngineError('generation-dropped', `generation ${generation} of the views was given up`, {
    retryable: false,
  });

/** Deletes every index of views that the placement has given up. The streams are those of all generations. */
export const deleteGivenUp = async (
  client: Client,
  place: SearchPlace,
  placement: Placement,
): Promise<void> => {
  const { index: pattern } = indexNames({ ...place, generation: `${placement.folds}*` }).views;
  await naming(
    () => viewsUnavailable('the indices cannot be listed'),
    async () => {
      for (const index of Object.keys(await client.indices.get({ index: pattern }))) {
        const generation = index.slice(pattern.length - placement.folds.length - 1);
        if (isGivenUp(placement, generation)) await deleteViews(client, place, generation);
      }
    },
  );
};

/** Deletes the views of one generation, where they are there. */
export const deleteViews = async (client: Client, place: SearchPlace, generation: string): Promise<void> => {
  const { index } = indexNames({ ...place, generation }).views;
  await client.indices.delete({ index, ignore_unavailable: true });
};
