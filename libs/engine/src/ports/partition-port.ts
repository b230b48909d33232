import type { CommandRequest, CommandResult } from '../command.ts';
import type { CascadeRoot, DeadLetter, EventLog, Group } from './event-log.ts';
import type { PartitionLog, SlotMove, SlotOpened } from './slot-moves.ts';

/**
 * The three inputs of a partition, in the order in which they are served: what processors send each other is never
 * held up; commands and bulk share the rest by weight.
 */
export const LANES = ['internal', 'commands', 'bulk'] as const;
export type Lane = (typeof LANES)[number];

/** One offset a lane: the next record to be decided. */
export type LaneOffsets = Readonly<Record<Lane, number>>;

/** One record of a lane. `input` is the command, the dead letter that its bytes have become, or a slot that comes here. */
export type InputRecord = {
  readonly offset: number;
  readonly input: CommandRequest | DeadLetter | SlotOpened;
  /** Where the answer goes, in the adapter's words; it travels with a forwarded command. `null`: nobody waits. */
  readonly replyTo: string | null;
  /** Who waits until everything that the record causes is done; left out: nobody. */
  readonly awaited?: CascadeRoot;
  /** Version of the tenant's own stream that its sender knew: nobody who knows less decides it. */
  readonly tenantVersion?: number;
};

/**
 * An answer that leaves with the step that decided the command. `open`: commands for other partitions that it has
 * caused and whose end the asker waits for.
 */
export type Reply = { readonly replyTo: string; readonly result: CommandResult; readonly open: number };

/** One command of an awaited cascade is done, and has caused `open` more in other partitions. */
export type CascadeProgress = CascadeRoot & { readonly tenant: string; readonly open: number };

/** Which record the next `events` events of a step come from, in order; what a deadline caused has no source. */
export type StepSource = {
  readonly lane: Lane | null;
  readonly offset: number;
  readonly events: number;
};

/** Everything that one round of a partition leaves behind, its progress through the lanes included. */
export type PartitionStep = Group & {
  readonly sources: readonly StepSource[];
  readonly replies: readonly Reply[];
  readonly progress: readonly CascadeProgress[];
  /** Lanes that have moved, and where they are read on. */
  readonly offsets: Partial<LaneOffsets>;
  /** Slots that leave the partition or come to it; behind the events. Who gets a slot hears of it on its internal lane. */
  readonly moves: readonly SlotMove[];
};

/** A partition that this process owns, from the moment at which every former owner is fenced. */
export type OwnedPartition = {
  readonly log: PartitionLog & Pick<EventLog, 'parked'>;
  /** As committed when it was taken. */
  readonly offsets: LaneOffsets;
  /** The least offsets that the events of the log allow: each event names the record that it comes from. */
  readonly decidedUpTo: () => LaneOffsets;
  /**
   * Appends all of it or nothing, durably. Throws `log-fenced` where another owner has taken over, `group-too-large`
   * where half of it may fit, `log-unavailable` where it is unknown what was kept: in each case the partition must be
   * given up and taken again.
   */
  readonly append: (step: PartitionStep) => Promise<void>;
  readonly release: () => Promise<void>;
};

/** A partition that is somebody else's, as far as its owner's steps are durable. */
export type FollowedPartition = {
  readonly log: PartitionLog;
  /** Resolves when this process knows of the tenants what whoever wrote the events read so far may have known. */
  readonly globalsKnown: () => Promise<void>;
};

/** Offsets of all partitions of the lanes, by lane and partition. */
export type InputOffsets = Readonly<Partial<Record<Lane, readonly number[]>>>;

/** What may still reach a deadline's stream: asked for only while a deadline is due. */
export type InputEnds = {
  /** How often a command may be sent on through internal lanes before it is in its owner's: 0 where each partition knows it. */
  readonly detours: () => number;
  /** High watermarks of all partitions of these lanes, asked now. */
  readonly ends: (lanes: readonly Lane[]) => Promise<InputOffsets>;
  /** What the group has committed of these lanes, over all partitions and owners. */
  readonly committed: (lanes: readonly Lane[]) => Promise<InputOffsets>;
};
