import { eventsIn, isWanted, type Codec, type StoredGroup, type WantedEvents } from '@orderloom/engine';
import { cloudEvent } from '@orderloom/wire';

/** The events of a group behind an index that somebody outside wants, as they are told. */
export const wantedIn = (
  codec: Codec,
  { first, frames }: StoredGroup,
  behind: number,
  wanted: WantedEvents,
): readonly { readonly index: number; readonly json: string }[] =>
  eventsIn(codec, [frames])
    .map((event, at) => ({ event, index: first + at }))
    .filter(({ event, index }) => index > behind && isWanted(event, wanted))
    .map(({ event, index }) => ({ index, json: JSON.stringify(cloudEvent(event)) }));
