import type { EventPartition, EventSource } from './event-source.ts';
import type { EventTail, TailPlace, WantedEvents } from './event-tail.ts';
import type { GroupFollowing, GroupProgress } from './group-progress.ts';
import type { ParkedEvent } from './view-store.ts';

/** What was wanted of a piece of a partition, as CloudEvents JSON; everything up to `upTo` was looked at. */
export type MemberPiece = {
  readonly events: readonly { readonly index: number; readonly json: string }[];
  readonly upTo: number;
};

export type MemberReading = {
  readonly wanted: WantedEvents;
  readonly signal: AbortSignal;
  /** Told of what the group has parked where slots of this partition have come from. */
  readonly arrived: (parked: readonly ParkedEvent[]) => void;
};

/** A member of a group of consumers that hands its events on to somebody outside. */
export type GroupMember = {
  readonly source: Pick<EventSource, 'run' | 'stop'>;
  readonly progress: GroupProgress;
  /** The events of a partition behind `after`, piece by piece; it waits at the end, until `signal` aborts. */
  readonly read: (
    partition: EventPartition,
    after: number,
    reading: MemberReading,
  ) => AsyncIterable<MemberPiece>;
};

/** A member of a group over a log of one partition, read by its tail. */
export const tailedMember = (
  { source, progress }: Pick<GroupFollowing, 'source' | 'progress'>,
  tail: Pick<EventTail, 'next'>,
): GroupMember => ({
  ...{ source, progress },
  read: async function* (_, after, { wanted, signal }) {
    for (let at: TailPlace = [after]; !signal.aborted;) {
      const { events, upTo } = await tail.next(at, wanted, signal);
      at = upTo;
      const indexed = events.map(({ place: [index = 0], json }) => ({ index, json }));
      yield { events: indexed, upTo: upTo[0] ?? after };
    }
  },
});
