import type { Registry } from '@orderloom/decider';
import { searchGeneration } from '@orderloom/elasticsearch';
import { projections } from '@orderloom/views';

/** First part of the name of every index. */
export const INDEX_PREFIX = 'orderloom';

/** A partition of the events topic, as the views' checkpoints name it. */
export const partOf = (partition: number): string => `events-${partition}`;

/** Which folds this build's views are made with. */
export const viewsGeneration = (registry: Registry): string =>
  searchGeneration([
    ...registry.types.map(({ name, foldId }) => `${name}=${foldId}`),
    ...projections.map(({ name, foldId }) => `${name}=${foldId}`),
  ]);
