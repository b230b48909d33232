import { type Api, bodyIn } from './api.ts';

/** What a group of consumers has parked of one stream. */
export type ParkedStream = {
  readonly id: string;
  readonly group: string;
  readonly stream: string;
  readonly reason: string;
  readonly versions: readonly number[];
  readonly redriving: boolean;
};

/** What the groups of the tenant have parked, the oldest of each first. */
export const parkedStreams = async (api: Api): Promise<readonly ParkedStream[]> =>
  bodyIn(await api.get('/v1/parked'))['consumers'] as readonly ParkedStream[];
