/** Which events a reader outside is shown. */
export type WantedEvents = {
  readonly tenant: string;
  /** Of streams of this type only. */
  readonly streamType?: string;
  /** Of these event types only. */
  readonly types?: readonly string[];
};

/** An event as readers outside get it: CloudEvents JSON, and its index in the log. */
export type TailedEvent = { readonly index: number; readonly json: string };

/** What was wanted of a piece of the log; everything up to `upTo` was looked at. */
export type TailStep = { readonly events: readonly TailedEvent[]; readonly upTo: number };

/** The log for readers outside, who keep their own place in it. They take it piece by piece, as fast as they can. */
export type EventTail = {
  /** Index of the last event. */
  readonly head: () => number;
  /**
   * The next piece behind `after`. It waits at the end of the log; where `signal` aborts it has no event, and `upTo` is
   * `after`. Throws `LogUnavailable` where it may succeed later.
   */
  readonly next: (after: number, wanted: WantedEvents, signal: AbortSignal) => Promise<TailStep>;
};
