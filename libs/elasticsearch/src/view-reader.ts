import type { Client } from '@elastic/elasticsearch';
import type { Checkpoint, ViewReader } from '@orderloom/engine';
import { viewsUnavailable } from './failures.ts';
import { indexNames, type SearchPlace } from './indices.ts';
import { SEARCHABLE } from './operations.ts';
import { queries } from './queries.ts';

export type SearchReaderOptions = SearchPlace & {
  readonly client: Client;
  /** The parts of the log whose checkpoints add up to what an answer reflects. */
  readonly parts: readonly string[];
  readonly timeoutMs?: number;
};

const TIMEOUT_MS = 2000;

export type SearchReader = ViewReader & {
  /** How far lists and histories show each of these parts, in their order; `undefined`: nothing of it yet. */
  readonly searchable: (parts: readonly string[]) => Promise<readonly (Checkpoint | undefined)[]>;
};

/**
 * The reading side of a generation of views. `asOf` is what lists and histories show at least; a document read by its
 * id may be newer. Throws `views-unavailable` while the generation has not been made, or Elasticsearch is away.
 */
export const searchReader = (options: SearchReaderOptions): SearchReader => {
  const { client, parts, timeoutMs = TIMEOUT_MS } = options;
  const { get, list, search, sums, readStream, parked, checkpoints } = queries({
    client,
    names: indexNames(options),
    timeoutMs,
    lost: () => viewsUnavailable('the views are being made'),
  });
  const searchable: SearchReader['searchable'] = async (wanted) => {
    const found = await checkpoints(SEARCHABLE, wanted);
    return wanted.map((part) => found.get(part));
  };
  return {
    get,
    list,
    search,
    readStream,
    sums,
    searchable,
    asOf: async () =>
      (await searchable(parts)).reduce((sum, checkpoint) => sum + (checkpoint?.index ?? 0), 0),
    parked,
    close: async () => undefined,
  };
};
