import type { RecordedEvent } from '@orderloom/decider';

/** Which events a reader outside is shown. */
export type WantedEvents = {
  readonly tenant: string;
  /** Of streams of this type only. */
  readonly streamType?: string;
  /** Of these event types only. */
  readonly types?: readonly string[];
};

export const isWanted = ({ stream, type }: RecordedEvent, wanted: WantedEvents): boolean =>
  stream.tenant === wanted.tenant &&
  (wanted.streamType === undefined || stream.type === wanted.streamType) &&
  (wanted.types?.includes(type) ?? true);

/**
 * How far a reader has come: for each partition of the log, in order, the index of the last event behind it. A partition
 * that is missing at the end was made later: nothing of it is behind the reader.
 */
export type TailPlace = readonly number[];

/** An event as readers outside get it: CloudEvents JSON, and the place behind it. */
export type TailedEvent = { readonly place: TailPlace; readonly json: string };

/** What was wanted of a piece of the log; everything up to `upTo` was looked at. */
export type TailStep = { readonly events: readonly TailedEvent[]; readonly upTo: TailPlace };

/** The log for readers outside, who keep their own place in it. They take it piece by piece, as fast as they can. */
export type EventTail = {
  /** Partitions of the log when it began. A place with fewer is one of another log: it was split since. */
  readonly partitions: number;
  /** Behind the last event. */
  readonly head: () => TailPlace | Promise<TailPlace>;
  /**
   * The next piece behind `after`. It waits at the end of the log; where `signal` aborts it has no event, and `upTo` is
   * `after`. Throws `LogUnavailable` where it may succeed later.
   */
  readonly next: (after: TailPlace, wanted: WantedEvents, signal: AbortSignal) => Promise<TailStep>;
};

/** Whether everything in front of `other` is in front of `place`, too. */
export const hasReached = (place: TailPlace, other: TailPlace): boolean =>
  other.every((index, partition) => (place[partition] ?? 0) >= index);
