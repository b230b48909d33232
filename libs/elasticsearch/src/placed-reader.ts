import { systemClock, type Clock } from '@orderloom/engine';
import type { PlacementRecord } from './placement-record.ts';
import { searchReader, type SearchReader, type SearchReaderOptions } from './view-reader.ts';

/** How long a placement that was read is gone by, ms. The generation that was live before is fed for longer than that. */
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
  return {
    get: async (view, id) => (await current()).get(view, id),
    list: async (view, list, before, limit) => (await current()).list(view, list, before, limit),
    readStream: async (streamId, after, limit) => (await current()).readStream(streamId, after, limit),
    search: async (view, question) => (await current()).search(view, question),
    searchable: async (parts) => (await current()).searchable(parts),
    asOf: async () => (await current()).asOf(),
    parked: async () => (await current()).parked(),
    close: async () => undefined,
  };
};
