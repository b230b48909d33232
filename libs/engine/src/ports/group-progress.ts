import type { Codec } from './codec.ts';
import type { EventSource } from './event-source.ts';
import type { ParkedEvent } from './view-store.ts';

/** The name under which a tenant's group is kept: groups of two tenants are never one, whatever they are called. */
export const groupKeyOf = (tenant: string, group: string): string =>
  tenant === 'main' ? group : `${tenant}~${group}`;

/** The group of whoever makes calls to the outside, for all tenants; no tenant's group can be called so. */
export const EFFECTS_GROUP = '~effects';

/** What a group of consumers leaves behind with each step; all of it is durable, or nothing is. */
export type KeptProgress = {
  /** Every event up to this index of the partition's log is handled, passed over or parked. */
  readonly index: number;
  /** Newly parked, in order of their versions within a stream; `handler` is the group. */
  readonly parked: readonly ParkedEvent[];
};

/** One partition of a group, in the hands of one reader. */
export type OwnedProgress = KeptProgress & {
  /** What is parked in partitions that slots of this one may have come from: what follows here waits behind it too. */
  readonly parkedElsewhere?: readonly ParkedEvent[];
  /**
   * Throws `LogFenced` where another reader has taken the partition since: nothing is kept then, and nothing more will
   * be; `LogUnavailable` where a later try may succeed.
   */
  readonly keep: (kept: KeptProgress) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** How far a group of consumers has come, and what it has set aside. */
export type GroupProgress = {
  /** Takes a partition over: from now on no earlier reader of it can keep anything. */
  readonly take: (partition: number) => Promise<OwnedProgress>;
  readonly close: () => Promise<void>;
};

/** The events for one member of a group of consumers, and where the group keeps how far it has come. */
export type GroupFollowing = {
  readonly source: Pick<EventSource, 'run' | 'stop'>;
  readonly progress: GroupProgress;
  /** Reads the frames of that source. */
  readonly codec: Pick<Codec, 'readFrame'>;
};
