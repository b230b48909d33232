import { hash } from 'node:crypto';
import { searchGeneration, type SearchPlace } from '@orderloom/elasticsearch';
import { projections } from '@orderloom/views';
import { wireCodec } from '@orderloom/wire';
import { registryOf } from '../parts.ts';

/** What the name of an index may be; an engine with another prefix gets a digest of it. */
const FITS = /^[a-z][a-z0-9_-]*$/;

/** A partition of the events topic, as the checkpoints of its views name it. */
export const partOf = (partition: number): string => `events-${partition}`;

/** So many partitions of the events topic, in their order. */
export const partsUpTo = (partitions: number): readonly string[] =>
  Array.from({ length: partitions }, (_, partition) => partOf(partition));

/** Where this build's views of an engine are on Elasticsearch: for the projector that writes, and for whoever reads. */
export const searchPlace = (prefix: string): SearchPlace => ({
  prefix: FITS.test(prefix) ? prefix : `orderloom-${hash('sha256', prefix).slice(0, 12)}`,
  generation: searchGeneration([
    ...registryOf({}).types.map(({ name, foldId }) => `${name}=${foldId}`),
    ...projections.map(({ name, foldId }) => `${name}=${foldId}`),
  ]),
  // Every process of a build numbers the schemas in this order.
  frames: wireCodec()
    .schemas()
    .map(({ fingerprint }) => fingerprint)
    .join(),
});
