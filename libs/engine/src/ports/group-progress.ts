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
  /** Parked events that were handled after all: they are parked no more. */
  readonly released?: readonly Pick<ParkedEvent, 'streamId' | 'version'>[];
  /** Streams whose redrive has ended, well or not. */
  readonly redriven?: readonly string[];
};

/** One partition of a group, in the hands of one reader. */
export type OwnedProgress = Pick<KeptProgress, 'index' | 'parked'> & {
  /** What is parked in partitions that slots of this one may have come from: what follows here waits behind it too. */
  readonly parkedElsewhere?: readonly ParkedEvent[];
  /**
   * Throws `LogFenced` where another reader has taken the partition since: nothing is kept then, and nothing more will
   * be; `LogUnavailable` where a later try may succeed.
   */
  readonly keep: (kept: KeptProgress) => Promise<void>;
  /** Streams that are to be redriven: what is parked of them is to be handled again. */
  readonly asked: () => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
};

/** How far a group of consumers has come, and what it has set aside. */
export type GroupProgress = {
  /** Takes a partition over: from now on no earlier reader of it can keep anything. */
  readonly take: (partition: number) => Promise<OwnedProgress>;
  readonly close: () => Promise<void>;
};

/** An event that a group has parked; `handler` is the name under which the group is kept. */
export type ParkedOfGroup = ParkedEvent & { readonly redriving: boolean };

/** What groups of consumers have parked, for whoever looks after them. */
export type ParkedGroups = {
  /** In order of their versions within a stream. */
  readonly parked: () => Promise<readonly ParkedOfGroup[]>;
  /**
   * Asks for a redrive of streams of a group, or of all that it has parked; gives how many streams there are. A member of
   * the group does it, when there is one. Asking again while it is under way changes nothing.
   */
  readonly redrive: (group: string, streamIds: readonly string[] | 'all') => Promise<number>;
};

/** The events for one member of a group of consumers, and where the group keeps how far it has come. */
export type GroupFollowing = {
  readonly source: Pick<EventSource, 'run' | 'stop'>;
  readonly progress: GroupProgress;
  /** Reads the frames of that source. */
  readonly codec: Pick<Codec, 'readFrame'>;
};
