import type { RecordedEvent } from '@orderloom/decider';
import {
  EngineError,
  notAvailable,
  type EventPartition,
  type GroupFollowing,
  type GroupProgress,
  type KeptProgress,
  type ParkedEvent,
  type StoredGroup,
} from '@orderloom/engine';
import { consumedEvent, type ConsumedEvent } from './event.ts';

/** An event on its way to a handler. */
export type Incoming = {
  /** 1, 2, 3 … behind the progress of its partition, without gap. */
  readonly index: number;
  /** `undefined`: nothing for this consumer. */
  readonly event: IncomingEvent | undefined;
};

export type IncomingEvent = Pick<RecordedEvent, 'stream' | 'type' | 'version' | 'recordedAt'> & {
  /** As the handler gets it. */
  readonly consumed: () => ConsumedEvent;
};

/** One partition of a log, as a consumer reads it. */
export type IncomingPartition = Pick<EventPartition, 'partition' | 'shown'> & {
  /**
   * Ends when `signal` aborts. Throws what keeps it from going on. Where a slot has come from another partition, what
   * follows is held until the group has handled it there; `arrived` is told of what it has parked there.
   */
  readonly read: (
    after: number,
    signal: AbortSignal,
    arrived?: (parked: readonly ParkedEvent[]) => void,
  ) => AsyncIterable<readonly Incoming[]>;
};

/** Where an event stands that was parked, for whoever has nothing but partitions to look in. */
type ParkedAt = { readonly partition: number; readonly index: number | undefined };

/** The events for one member of a group, and where the group keeps how far it has come. */
export type Following = {
  readonly source: {
    readonly run: (
      task: (partition: IncomingPartition, signal: AbortSignal) => Promise<void>,
    ) => Promise<void>;
    readonly stop: () => Promise<void>;
  };
  readonly progress: GroupProgress;
  /** One event of a stream, `tenant/type/key`; `undefined`: it is not there. */
  readonly load: (streamId: string, version: number, at: ParkedAt) => Promise<IncomingEvent | undefined>;
};

const groupGap = (first: number, expected: number): EngineError =>
  new EngineError(
    'position-gap',
    `the log goes on at event ${first}, expected ${expected}: the consumer stops`,
    { retryable: false },
  );

/** An event as the engine of this process has it. */
export const recordedIncoming = (event: RecordedEvent): IncomingEvent => ({
  ...event,
  consumed: () => consumedEvent(event),
});

/** What a group has kept of a partition, without taking it. */
export type Look = (partition: number) => Promise<KeptProgress>;

/** A partition of frames, which this process decodes. */
const decoded = (
  partition: EventPartition,
  { readFrame }: GroupFollowing['codec'],
  look: Look | undefined,
): IncomingPartition => {
  const incoming = function* ({ first, count, frames }: StoredGroup): Generator<Incoming> {
    const source = Buffer.from(frames.buffer, frames.byteOffset, frames.byteLength);
    for (let at = 0, index = first; index < first + count; index++) {
      const { event, end } = readFrame(source, at);
      at = end;
      yield { index, event: recordedIncoming(event) };
    }
  };
  return {
    partition: partition.partition,
    shown: partition.shown,
    read: async function* (after, signal, arrived = () => undefined) {
      let read = after;
      const hasRead = async (from: number, to: number): Promise<boolean> => {
        const kept = await look?.(from);
        if (kept === undefined) return true;
        if (kept.index < to) return false;
        arrived(kept.parked);
        return true;
      };
      for await (const groups of partition.read(after, signal, hasRead))
        for (const group of groups) {
          if (group.first > read + 1) throw groupGap(group.first, read + 1);
          yield [...incoming(group)].filter(({ index }) => index > read);
          read = Math.max(read, group.first + group.count - 1);
        }
    },
  };
};

/** A log that is read here, event by event. `load`: where single events can be read, too. `look`: where slots move between its partitions. */
export const followingLog = (
  { source, progress, codec }: GroupFollowing,
  look?: Look,
  load: Following['load'] = () => Promise.reject(notAvailable('reading a single event')),
): Following => ({
  ...{ progress, load },
  source: {
    run: (task) => source.run((partition, signal) => task(decoded(partition, codec, look), signal)),
    stop: source.stop,
  },
});
