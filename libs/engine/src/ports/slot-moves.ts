// Slots move between partitions when the log gets a new generation of topics. Partitions of all generations are numbered
// through: those of the first generation, then those of the next, so that a number names one log for ever.
import type { ArrivedSlot, StoredGroup } from './event-log.ts';

/** The last thing that a partition's log says of a slot until it comes back: where it goes on, and what it ends with. */
export type SlotClosed = {
  readonly kind: 'closed';
  readonly slot: number;
  readonly lastSequence: number;
  /** The partition whose log has the slot's last event: this one, unless nothing has happened to the slot here. */
  readonly lastIn: number;
  /** Whoever has read that log up to this index has read all of the slot. */
  readonly lastIndex: number;
  readonly to: number;
};

/** The first thing that a partition's log says of a slot that has come to it. */
export type SlotOpened = ArrivedSlot & { readonly kind: 'opened' };

export type SlotMove = SlotClosed | SlotOpened;

/** What a partition's log holds, in order. */
export type LogEntry = StoredGroup | SlotMove;

export const isMove = (entry: object): entry is SlotMove => 'kind' in entry;

/** One partition's log as somebody reads it who has to follow slots. */
export type PartitionLog = {
  /** What stands behind index `after`, up to the stable end; moves may come again. Throws `LogCorrupt`. */
  readonly read: (after: number) => Iterable<LogEntry> | AsyncIterable<LogEntry>;
};
