import type { StreamRef } from '@orderloom/decider';
import type { CommandRequest } from '../command.ts';

/** A command that could not be decided; kept for the operator, blocks nobody. Personal fields stay sealed. */
export type DeadLetter = {
  readonly commandId: string;
  readonly stream: StreamRef;
  readonly commandType: string;
  readonly code: 'malformed' | 'internal-error';
  readonly reason: string;
  readonly recordedAt: number;
  /** The command's data as JSON, sealed values included as they came. */
  readonly data: string;
};

/** An event that a process manager could not handle; what follows for the same stream and handler waits behind it. */
export type ParkedReaction = {
  readonly handler: string;
  readonly stream: StreamRef;
  readonly version: number;
  readonly reason: string;
  readonly recordedAt: number;
};

/** A command on its way to the partition that owns its slot. */
export type OutboundCommand = {
  readonly slot: number;
  readonly request: CommandRequest;
  /** Who waits for the answer, in the words of the log's adapter; its owner answers. */
  readonly replyTo?: string;
  /** Who waits until everything that it causes is done. */
  readonly awaited?: CascadeRoot;
  /** Version of the tenant's own stream that it was sent with: whoever decides it knows no less. */
  readonly tenantVersion?: number;
};

/** The command that a cascade began with, and who waits for the cascade's end. */
export type CascadeRoot = { readonly replyTo: string; readonly commandId: string };

/** Everything that one group of commands leaves behind: all of it is durable, or nothing is. */
export type Group = {
  /** Index of the first event in this log, from 1, dense. */
  readonly first: number;
  readonly count: number;
  /** Frames, back to back. Valid only until `append` has returned or its promise is settled. */
  readonly frames: Uint8Array;
  /** Commands for streams of other partitions. */
  readonly outbound: readonly OutboundCommand[];
  readonly deadLetters: readonly DeadLetter[];
  readonly parked: readonly ParkedReaction[];
};

/** A stored group as it is read back. */
export type StoredGroup = {
  readonly first: number;
  readonly count: number;
  readonly frames: Uint8Array;
  /** Slots that have come to this log in front of the group. */
  readonly opened?: readonly ArrivedSlot[];
};

/** A slot that goes on in this log. */
export type ArrivedSlot = {
  readonly slot: number;
  /** Of its last event before. */
  readonly afterSequence: number;
  readonly from: number;
  /** Index in the log that it comes from up to which that must be read before anything that stands behind this. */
  readonly fromIndex: number;
};

/**
 * The only truth: groups of events, appended by one owner.
 * `append` is all or nothing and durable when it returns (or its promise resolves).
 * It throws `LogUnavailable` where nothing was written and a later try may succeed (a full disk),
 * `LogFenced` where another owner has taken over, and ends the process where durability is unknown (a failed fsync).
 */
export type EventLog = {
  readonly append: (group: Group) => void | Promise<void>;
  /** Groups that hold events behind index `after`, in order. Throws `LogCorrupt` naming the first bad group. */
  readonly read: (after: number) => Iterable<StoredGroup> | AsyncIterable<StoredGroup>;
  /** Index of the last event; 0 for an empty log. */
  readonly head: () => number;
  readonly parked: () => readonly ParkedReaction[];
  readonly deadLetters: (limit: number) => readonly DeadLetter[];
  readonly close: () => void | Promise<void>;
};
