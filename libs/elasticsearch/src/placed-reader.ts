import { EngineError, systemClock, type Clock, type PlacementRecord } from '@orderloom/engine';
import { searchReader, type SearchReader, type SearchReaderOptions } from './view-reader.ts';

/** How long a placement that was read is gone by, ms. */
const KNOWN_FOR_MS = 500;

export type PlacedReaderOptions = SearchReaderOptions & {
  readonly record: Pick<PlacementRecord, 'read'>;
  readonly clock?: Clock;
};

type Known = { readonly live: string; readonly reader: SearchReader };

/**
 * Reads the generation that the placement names: each question is asked of one concrete index. While the placement
 * cannot be read, the one that was read last is gone by.
 */
export const placedReader = ({
  record,
  clock = systemClock,
  ...options
}: PlacedReaderOptions): SearchReader => {
  let known: Known | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<Known> | undefined;

  const look = async (): Promise<Known> => {
    try {
      const { live } = await record.read();
      readAt = clock.now();
      return known?.live === live ? known : { live, reader: searchReader({ ...options, generation: live }) };
    } catch (error) {
      if (known === undefined) throw error;
      return known;
    }
  };
  const current = async (): Promise<SearchReader> => {
    if (known === undefined || clock.now() - readAt >= KNOWN_FOR_MS)
      known = await (reading ??= look().finally(() => {
        reading = undefined;
      }));
    return known.reader;
  };
  /** Where what is known is gone because it was changed over and given up meanwhile, the question is asked once more. */
  const asked = async <T>(question: (reader: SearchReader) => Promise<T>): Promise<T> => {
    const reader = await current();
    try {
      return await question(reader);
    } catch (error) {
      if (!(error instanceof EngineError && error.retryable)) throw error;
      readAt = Number.NEGATIVE_INFINITY;
      const now = await current();
      if (now === reader) throw error;
      return question(now);
    }
  };
  return {
    get: (view, id) => asked((reader) => reader.get(view, id)),
    list: (view, list, before, limit) => asked((reader) => reader.list(view, list, before, limit)),
    readStream: (streamId, after, limit) => asked((reader) => reader.readStream(streamId, after, limit)),
    search: (view, question) => asked((reader) => reader.search(view, question)),
    sums: (view, list) => asked((reader) => reader.sums(view, list)),
    searchable: (parts) => asked((reader) => reader.searchable(parts)),
    asOf: () => asked((reader) => reader.asOf()),
    parked: () => asked((reader) => reader.parked()),
    close: async () => undefined,
  };
};
