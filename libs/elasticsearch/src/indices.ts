import { hash } from 'node:crypto';
import type { estypes } from '@elastic/elasticsearch';
import { KEPT_ORDER } from './newest-first.ts';

/**
 * What a field is for. `term`: found by its whole value; `order`: sorts and counts, is not found; `place`: a number that
 * sorts, found by the order of the index; `number`; `flag`; `numbers`: numbers by name; `json` and `bytes`: given back as
 * they came, neither found nor looked into.
 */
type Use = 'term' | 'order' | 'place' | 'number' | 'numbers' | 'flag' | 'json' | 'bytes';

const MAPPINGS: Readonly<Record<Use, estypes.MappingProperty>> = {
  term: { type: 'keyword', doc_values: false },
  order: { type: 'keyword', index: false },
  place: { type: 'long', index: false },
  number: { type: 'long' },
  // Projections name them: a new name becomes a field of its own.
  numbers: { type: 'object', dynamic: true },
  flag: { type: 'boolean' },
  json: { type: 'object', enabled: false },
  bytes: { type: 'binary' },
};

/** Everything that a view's index holds: documents, and the store's own notes as documents of reserved views. */
const VIEW_FIELDS: Readonly<Record<string, Use>> = {
  view: 'term',
  tenant: 'term',
  id: 'order',
  version: 'number',
  /** Lists that the document stands in, `tenant/name:value`. */
  lists: 'term',
  sortKey: 'order',
  /** See `sortHead`. */
  sortHead: 'place',
  /** Words that the document is found by, as its projection cuts them. */
  text: 'term',
  /** Those of its lists whose documents are counted. */
  counted: 'order',
  /** Instants by which the documents are asked for, ms. */
  instants: 'numbers',
  /** Lists in which the document adds up, and of what its amounts are. */
  sumLists: 'term',
  unit: 'order',
  /** Amounts by name, in two halves: see `exact-sums.ts`. */
  high: 'numbers',
  low: 'numbers',
  /** False: a document that was removed. It stays, so that nothing older can come after it. */
  live: 'flag',
  document: 'json',
};

const STREAM_FIELDS: Readonly<Record<string, Use>> = {
  streamId: 'term',
  firstVersion: 'number',
  lastVersion: 'number',
  frames: 'bytes',
};

const mappingOf = (fields: Readonly<Record<string, Use>>): estypes.MappingTypeMapping => ({
  dynamic: 'strict',
  properties: Object.fromEntries(Object.entries(fields).map(([name, use]) => [name, MAPPINGS[use]])),
});

export const VIEW_MAPPING = mappingOf(VIEW_FIELDS);
export const STREAM_MAPPING = mappingOf(STREAM_FIELDS);

/** How the documents of a view's index are kept; it is settled when an index is made. */
export const VIEW_SORT: estypes.IndicesIndexSegmentSort = {
  field: Object.keys(KEPT_ORDER),
  order: Object.values(KEPT_ORDER),
};

/** An index, and the alias that writes go to: a write that finds no alias fails, where a name would make an index. */
export type IndexName = { readonly index: string; readonly alias: string };

export type IndexNames = { readonly views: IndexName; readonly streams: IndexName };

const digest = (parts: unknown): string => hash('sha256', JSON.stringify(parts)).slice(0, 12);
const named = (index: string): IndexName => ({ index, alias: `${index}-writes` });

/** Which folds, which mapping and which order made a view's index: another set never reads it. 12 hex digits. */
export const searchGeneration = (foldIds: readonly string[]): string =>
  digest([VIEW_MAPPING, VIEW_SORT, ...[...foldIds].sort()]);

/** Where a generation of views is. */
export type SearchPlace = {
  /** First part of every index's name. */
  readonly prefix: string;
  /** See `searchGeneration`. */
  readonly generation: string;
  /**
   * What the bytes of the streams depend on beside the log: how their schemas are numbered. Another value is another
   * stream store.
   */
  readonly frames: string;
};

/** The indices of a place. The streams are what the log says, so generations of views share them. */
export const indexNames = ({ prefix, generation, frames }: SearchPlace): IndexNames => ({
  views: named(`${prefix}-views-${generation}`),
  streams: named(`${prefix}-streams-${digest([STREAM_MAPPING, frames])}`),
});
