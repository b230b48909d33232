import { streamIdOf } from '@orderloom/decider';
import { eventsIn, type Codec } from '@orderloom/engine';
import type { KafkaLogTail } from '@orderloom/kafka';
import { recordedIncoming, type Following } from '../consuming/following.ts';

export type SingleEvents = Pick<Following, 'load'> & { readonly close: () => Promise<void> };

/**
 * Reads single events out of their partition, from where they were parked on; whoever has not kept that place has the partition
 * read from its beginning. The log is opened for the first one.
 */
export const singleEvents = <C extends Codec>(
  codec: C,
  open: (codec: C) => Promise<KafkaLogTail>,
): SingleEvents => {
  let opened: Promise<KafkaLogTail> | undefined;
  const log = (): Promise<KafkaLogTail> => {
    if (opened !== undefined) return opened;
    opened = open(codec);
    opened.catch(() => (opened = undefined));
    return opened;
  };
  return {
    load: async (streamId, version, { partition, index }) => {
      const { behind } = await log();
      for (let after = (index ?? 1) - 1; ;) {
        const groups = await behind(partition, after);
        const last = groups.at(-1);
        if (last === undefined) return undefined;
        const found = eventsIn(
          codec,
          groups.map(({ frames }) => frames),
        ).find((event) => event.version === version && streamIdOf(event.stream) === streamId);
        if (found !== undefined) return recordedIncoming(found);
        after = last.first + last.count - 1;
      }
    },
    close: async () => (await opened?.catch(() => undefined))?.close(),
  };
};
