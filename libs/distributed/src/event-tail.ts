import {
  eventsIn,
  isWanted,
  type Codec,
  type EventTail,
  type TailPlace,
  type TailStep,
  type WantedEvents,
} from '@orderloom/engine';
import { kafkaLogTail, type KafkaLogTail, type TailPiece } from '@orderloom/kafka';
import { cloudEvent, wireCodec } from '@orderloom/wire';
import { partsOf, type DistributedOptions } from './parts.ts';

type Step = (after: TailPlace, piece: TailPiece, wanted: WantedEvents) => TailStep;

/** What a reader outside gets of a piece. */
const stepOf =
  (codec: Codec): Step =>
  (after, { partition, groups, upTo }, wanted) => {
    const behind = after[partition] ?? 0;
    const events = groups.flatMap(({ first, frames }) =>
      eventsIn(codec, [frames]).map((event, at) => ({ event, index: first + at })),
    );
    const shown = events.filter(({ event, index }) => index > behind && isWanted(event, wanted));
    return {
      upTo,
      events: shown.map(({ event, index }) => ({
        place: upTo.with(partition, index),
        json: JSON.stringify(cloudEvent(event)),
      })),
    };
  };

/** The events topics of all generations for readers outside, opened when somebody asks: an edge may not be allowed to read them. */
export const eventTail = (
  options: DistributedOptions,
): EventTail & { readonly close: () => Promise<void> } => {
  // A codec of its own: each is bound to what one reader has learnt.
  const codec = wireCodec();
  const step = stepOf(codec);
  let opened: Promise<KafkaLogTail> | undefined;
  const log = (): Promise<KafkaLogTail> => {
    if (opened !== undefined) return opened;
    opened = kafkaLogTail({ ...partsOf(options), codec });
    opened.catch(() => (opened = undefined));
    return opened;
  };
  return {
    partitions: options.partitions,
    head: async () => (await log()).head(),
    next: async (after, wanted, signal) => {
      const piece = await (await log()).next(after, signal);
      return piece === undefined ? { events: [], upTo: after } : step(after, piece, wanted);
    },
    close: async () => (await opened?.catch(() => undefined))?.close(),
  };
};
