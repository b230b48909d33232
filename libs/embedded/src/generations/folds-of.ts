import type { Registry } from '@orderloom/decider';
import { placementFile, viewGeneration } from '@orderloom/sqlite';
import { projections } from '@orderloom/views';

/** Which folds this build's views are made with. */
export const foldsOf = (registry: Registry): string =>
  viewGeneration([
    ...registry.types.map((type) => `${type.name}=${type.foldId}`),
    ...projections.map((projection) => `${projection.name}=${projection.foldId}`),
  ]);

/** The generation that is read in a folder; `undefined`: it has no views of this build's folds. */
export const liveGeneration = (folder: string, registry: Registry): string | undefined => {
  const placement = placementFile(folder).read();
  return placement?.folds === foldsOf(registry) ? placement.live : undefined;
};
