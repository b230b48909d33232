import { type Api, bodyIn } from './api.ts';

/** What a group of consumers has parked of one stream. */
export type ParkedStream = {
  readonly id: string;
  readonly group: string;
  readonly stream: string;
  readonly reason: string;
  /** When the first of its events that waits was recorded. */
  readonly at: string;
  readonly versions: readonly number[];
  readonly redriving: boolean;
};

/** What the groups of the tenant have parked, the oldest of each first. */
export const parkedStreams = async (api: Api): Promise<readonly ParkedStream[]> =>
  bodyIn(await api.get('/v1/parked'))['consumers'] as readonly ParkedStream[];

/** Instants, ms since 1970 UTC: from the first one on, and before the last one; open where there is none. */
export type Window = { readonly from?: number; readonly to?: number };

/** Streams whose first parked event was recorded within a window. */
export const parkedWithin = (
  streams: readonly ParkedStream[],
  { from = -Infinity, to = Infinity }: Window,
): readonly ParkedStream[] =>
  streams.filter(({ at }) => {
    const recordedAt = Date.parse(at);
    return recordedAt >= from && recordedAt < to;
  });
