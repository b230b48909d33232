import { streamIdOf, type StreamRef } from '@orderloom/decider';
import { ByStream } from '../by-stream.ts';
import { FrozenStreams } from './frozen-streams.ts';
import type { IndexedType } from './registry-index.ts';

/** Stands where a state was: the stream is known, its fold is not in memory. */
const SET_ASIDE = Symbol('set aside');

/** The fold of a stream is not in memory: it has to be read back before anything is decided on it. */
export class StreamSetAside extends Error {
  readonly entry: StreamEntry;
  constructor(entry: StreamEntry) {
    super('the state of the stream has been set aside');
    this.name = 'StreamSetAside';
    this.entry = entry;
  }
}

/** One stream in memory: its fold and where its history stands. A class for its fixed shape: there are millions. */
export class StreamEntry {
  readonly ref: StreamRef;
  readonly type: IndexedType;
  readonly slot: number;
  /** Number of the entry in its table, for memories that cannot hold a reference. */
  readonly ordinal: number;
  version = 0;
  /** Changed since the hand of the table passed over it last: see `StreamTable.setAside`. */
  recent = true;
  /** Commands that had to wait for the state: until they are decided it stays. */
  pins = 0;
  /** Whether nothing was open in it when its state was set aside. */
  wasClosed = false;
  #state: unknown;
  /** Identity of the last event, latin1; '' before the first. */
  prev = '';
  /** When the last event was recorded, ms; 0 before the first. */
  recordedAt = 0;
  /** Due instant of the deadline that stands in the heap for this stream; 0 for none. */
  due = 0;
  /** Why the stream takes no commands: one of its events cannot be folded. */
  quarantine: string | null = null;

  constructor(ref: StreamRef, type: IndexedType, slot: number, ordinal: number) {
    this.ref = ref;
    this.type = type;
    this.slot = slot;
    this.ordinal = ordinal;
    this.#state = type.definition.decider.initialState;
  }

  /** The fold of the stream's events. Throws `StreamSetAside` where it has to be read back first. */
  get state(): unknown {
    if (this.#state === SET_ASIDE) throw new StreamSetAside(this);
    return this.#state;
  }

  set state(state: unknown) {
    this.#state = state;
  }

  get isSetAside(): boolean {
    return this.#state === SET_ASIDE;
  }

  /** Forgets the fold; version, time and identity of the last event stay, so that nobody takes another history for it. */
  setAside(): void {
    this.#state = SET_ASIDE;
  }

  get id(): string {
    return streamIdOf(this.ref);
  }
}

/** What an entry was before a change, so that the change can be taken back. */
export class Before {
  readonly entry: StreamEntry;
  readonly version: number;
  readonly state: unknown;
  readonly prev: string;
  readonly recordedAt: number;
  constructor(entry: StreamEntry) {
    this.entry = entry;
    this.version = entry.version;
    this.state = entry.state;
    this.prev = entry.prev;
    this.recordedAt = entry.recordedAt;
  }
}

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
    const entry = new StreamEntry(ref, type, slot, this.#entries.length);
    this.#byRef.set(ref, entry);
    this.#entries.push(entry);
    this.#created.push(entry);
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
