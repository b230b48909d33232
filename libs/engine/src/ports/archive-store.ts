import type { WriterSchema } from './codec.ts';
import type { StoredGroup } from './event-log.ts';

/** The final document of a stream that has come to rest. Never changed; where the stream rests again, one more follows. */
export type ArchivedStream = {
  readonly streamId: string;
  /** Of the last event that is folded into it. */
  readonly version: number;
  /** When that event was recorded, ms. */
  readonly recordedAt: number;
  readonly view: string;
  /** Which fold made the document: another build may have another. */
  readonly foldId: string;
  /** JSON value. */
  readonly document: unknown;
};

/** What one append adds. */
export type ArchiveBatch = {
  /** The archive's whole numbering of schemas, what is new at its end. */
  readonly schemas: readonly WriterSchema[];
  /** Whole groups, the first of them right behind the archive's head, frames in the archive's numbering. */
  readonly groups: readonly StoredGroup[];
  readonly archived: readonly ArchivedStream[];
};

/**
 * The events of one partition for ever, in order, with all that it takes to read them. Whatever does not fit what was
 * written throws `archive-corrupt` naming the place; it is never passed over.
 */
export type ArchiveReader = {
  /** Index of the last event that it holds. */
  readonly head: () => number;
  /** How its frames number schemas: from 1, dense, for ever. */
  readonly schemas: () => readonly WriterSchema[];
  /** Groups that hold events behind index `after`, in order. */
  readonly read: (after: number) => Iterable<StoredGroup>;
  /** Every frame of a stream, in order of version; none where it is unknown. */
  readonly readStream: (streamId: string) => readonly Uint8Array[];
  /** What a stream was when it came to rest last, one document a view; none where it is unknown or never rested. */
  readonly find: (streamId: string) => readonly ArchivedStream[];
  readonly close: () => void | Promise<void>;
};

/** The writing side, of one owner. */
export type ArchiveStore = ArchiveReader & {
  /**
   * Keeps all of it durably, or nothing. Where it rejects the store is to be opened again: nobody knows what was kept,
   * but what it opens with is whole. Throws `archive-unavailable` where a later try may succeed.
   */
  readonly append: (batch: ArchiveBatch) => Promise<void>;
};
