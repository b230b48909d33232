import type { Codec, EventTail, TailPlace, TailStep, WantedEvents } from '@orderloom/engine';
import { kafkaLogTail, type KafkaLogTail, type TailPiece } from '@orderloom/kafka';
import { wireCodec } from '@orderloom/wire';
import { partsOf, type DistributedOptions } from './parts.ts';
import { wantedIn } from './wanted-events.ts';

type Step = (after: TailPlace, piece: TailPiece, wanted: WantedEvents) => TailStep;

/** What a reader outside gets of a piece. */
const stepOf =
  (codec: Codec): Step =>
  (after, { partition, groups, upTo }, wanted) => {
    const behind = after[partition] ?? 0;
    const shown = groups.flatMap((group) => wantedIn(codec, group, behind, wanted));
    return { upTo, events: shown.map(({ index, json }) => ({ place: upTo.with(partition, index), json })) };
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
