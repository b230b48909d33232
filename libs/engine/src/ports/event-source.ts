import type { StoredGroup } from './event-log.ts';

/**
 * Whether a reader has come up to an index of another partition, in its own store: of a slot that has moved, the events
 * that stand there are handled before those that stand here. Asked again until it is so.
 */
export type HasRead = (partition: number, index: number) => boolean | Promise<boolean>;

/** One partition of the log, as a process that only reads gets it. */
export type EventPartition = {
  readonly partition: number;
  /**
   * Committed groups behind index `after`, in order, each at least once, as they come: it waits at the end of the log.
   * Where a slot has come from another partition, what follows is held until `hasRead` says so of that one; without it
   * nothing is held. Ends when `signal` aborts. Throws `LogUnavailable` where reading may go on later, `LogCorrupt` where it may not.
   */
  readonly read: (
    after: number,
    signal: AbortSignal,
    hasRead?: HasRead,
  ) => AsyncIterable<readonly StoredGroup[]>;
  /** Everything up to `index` is in the reader's own store, so that others can see how far it has come. */
  readonly shown: (index: number) => void | Promise<void>;
};

/** What a partition is read by; returns when `signal` aborts. What it throws ends the whole run. */
export type PartitionTask = (partition: EventPartition, signal: AbortSignal) => Promise<void>;

/** The events of the log for views and other followers, which share its partitions among their processes. */
export type EventSource = {
  /** Runs a task for each partition that this process is given, until the partition is taken away or all is stopped. */
  readonly run: (task: PartitionTask) => Promise<void>;
  /** Frames of the tenants' own streams, of all partitions, behind the first `known` of them: all that is committed now. */
  readonly globals: (known: number) => Promise<readonly Uint8Array[]>;
  /** Ends every task; resolves when they have returned. */
  readonly stop: () => Promise<void>;
};
