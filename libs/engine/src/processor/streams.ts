import type { StreamRef } from '@orderloom/decider';
import { ByStream } from '../by-stream.ts';
import { FrozenStreams } from './frozen-streams.ts';
import type { IndexedType } from './registry-index.ts';
import { Before, StreamEntry } from './stream-entry.ts';

/** Where the journal stood: everything behind it can be taken back. */
export type Savepoint = { readonly changes: number; readonly created: number };

/**
 * All streams of one partition, with a journal of replaced references: the overlay of a group is the table itself,
 * and taking a command or a whole group back is putting the old references in again, newest first.
 */
export class StreamTable {
  readonly #byRef = new ByStream<StreamEntry>();
  readonly #entries: StreamEntry[] = [];
  #journal: Before[] = [];
  #created: StreamEntry[] = [];
  #frozen: FrozenStreams | undefined;

  get size(): number {
    return this.#entries.length;
  }

  find(ref: StreamRef): StreamEntry | undefined {
    return this.#byRef.get(ref);
  }

  byOrdinal(ordinal: number): StreamEntry | undefined {
    return this.#entries[ordinal];
  }

  /** The entry of a stream, made now if it is new; made entries go with `undoTo`. */
  open(ref: StreamRef, type: IndexedType, slot: number): StreamEntry {
    const known = this.#byRef.get(ref);
    if (known !== undefined) return known;
    const entry = this.add(ref, type, slot);
    this.#created.push(entry);
    return entry;
  }

  /** The entry of a stream that is certainly not in the table yet; it stays. */
  add(ref: StreamRef, type: IndexedType, slot: number): StreamEntry {
    const entry = new StreamEntry(ref, type, slot, this.#entries.length);
    this.#byRef.set(ref, entry);
    this.#entries.push(entry);
    return entry;
  }

  /** To be called before an entry is changed. */
  remember(entry: StreamEntry): void {
    entry.recent = true;
    const before = new Before(entry);
    this.#journal.push(before);
    this.#frozen?.keep(before);
  }

  /** The streams as they stand, to be read while the table moves on. Between two groups only, one at a time. */
  freeze(): FrozenStreams {
    this.#frozen = new FrozenStreams((ordinal) => this.#entries[ordinal], this.#entries.length);
    return this.#frozen;
  }

  /** What was frozen is not read any more. */
  thaw(): void {
    this.#frozen = undefined;
  }

  savepoint(): Savepoint {
    return { changes: this.#journal.length, created: this.#created.length };
  }

  /**
   * Takes back everything since the savepoint, newest first. `unwritten` is called once an event that goes,
   * `restored` once a change, when the entry has its old state again.
   */
  undoTo(
    savepoint: Savepoint,
    unwritten: (entry: StreamEntry) => void,
    restored: (entry: StreamEntry) => void,
  ): void {
    for (let i = this.#journal.length - 1; i >= savepoint.changes; i--) {
      const before = this.#journal[i];
      if (before === undefined) continue;
      if (before.version !== before.entry.version) unwritten(before.entry);
      before.entry.version = before.version;
      before.entry.state = before.state;
      before.entry.prev = before.prev;
      before.entry.recordedAt = before.recordedAt;
      restored(before.entry);
    }
    this.#journal.length = savepoint.changes;
    for (let i = this.#created.length - 1; i >= savepoint.created; i--) {
      const entry = this.#created[i];
      if (entry === undefined) continue;
      this.#byRef.delete(entry.ref);
      this.#entries.pop();
    }
    this.#created.length = savepoint.created;
  }

  /** The group is durable: nothing of it will be taken back. */
  forget(): void {
    this.#journal = [];
    this.#created = [];
  }

  values(): IterableIterator<StreamEntry> {
    return this.#entries.values();
  }
}
