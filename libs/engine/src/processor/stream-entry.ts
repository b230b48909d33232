import { streamIdOf, type StreamRef } from '@orderloom/decider';
import type { IndexedType } from './registry-index.ts';

/** The fold of a stream is not in memory: it has to be read back before anything is decided on it. */
export class StreamSetAside extends Error {
  readonly entry: StreamEntry;
  constructor(entry: StreamEntry) {
    super('the state of the stream has been set aside');
    this.name = 'StreamSetAside';
    this.entry = entry;
  }
}

/**
 * One stream in memory: its fold and where its history stands. A class for its fixed shape: there are millions.
 * The fold is kept as the objects that it is, or packed until somebody asks for it, or not in memory at all.
 */
export class StreamEntry {
  readonly ref: StreamRef;
  readonly type: IndexedType;
  readonly slot: number;
  /** Number of the entry in its table, for memories that cannot hold a reference. */
  readonly ordinal: number;
  version = 0;
  /** Used since the hand of the table passed over it last: see `SettingAside`. */
  recent = true;
  /** Commands that had to wait for the state: until they are decided it stays. */
  pins = 0;
  /** Identity of the last event, latin1; '' before the first. */
  prev = '';
  /** When the last event was recorded, ms; 0 before the first. */
  recordedAt = 0;
  /** Due instant of the deadline that stands in the heap for this stream; 0 for none. */
  due = 0;
  /** Why the stream takes no commands: one of its events cannot be folded. */
  quarantine: string | null = null;
  #form: 'live' | 'packed' | 'closed aside' | 'open aside' = 'live';
  /** The fold, packed where the form says so; of one that is set aside nothing. */
  #held: unknown;

  constructor(ref: StreamRef, type: IndexedType, slot: number, ordinal: number) {
    this.ref = ref;
    this.type = type;
    this.slot = slot;
    this.ordinal = ordinal;
    this.#held = type.definition.decider.initialState;
  }

  /** The fold of the stream's events. Throws `StreamSetAside` where it has to be read back first. */
  get state(): unknown {
    if (this.#form === 'live') return this.#held;
    if (this.#form !== 'packed') throw new StreamSetAside(this);
    const state = this.type.packed.unpack(this.#held as string);
    this.state = state;
    this.recent = true;
    return state;
  }

  set state(state: unknown) {
    if (this.#form === 'packed') this.type.packed.count--;
    this.#form = 'live';
    this.#held = state;
  }

  get isLive(): boolean {
    return this.#form === 'live';
  }

  get isSetAside(): boolean {
    return this.#form === 'closed aside' || this.#form === 'open aside';
  }

  /** The fold in its packed form, whatever form it has; `null`: it is set aside. */
  packed(): string | null {
    if (this.#form === 'live') return this.type.packed.pack(this.#held, this.ordinal);
    return this.#form === 'packed' ? (this.#held as string) : null;
  }

  /** Keeps the fold packed until it is asked for. */
  pack(packed = this.packed()): void {
    if (packed === null) throw new StreamSetAside(this);
    if (this.#form !== 'packed') this.type.packed.count++;
    this.#form = 'packed';
    this.#held = packed;
  }

  /** Forgets the fold; version, time and identity of the last event stay, so that nobody takes another history for it. */
  setAside(isClosed = this.isClosed): void {
    if (this.#form === 'packed') this.type.packed.count--;
    this.#form = isClosed ? 'closed aside' : 'open aside';
    this.#held = undefined;
  }

  /** Whether business is done in the stream, for the time being at least. The fold need not be in memory. */
  get isClosed(): boolean {
    if (this.#form === 'live') return this.type.packed.isClosed(this.#held);
    return this.#form === 'packed'
      ? this.type.packed.wasClosed(this.#held as string)
      : this.#form === 'closed aside';
  }

  /** When the deadline that the fold holds is due; 0: it holds none. Throws `StreamSetAside`. */
  get heldDue(): number {
    return this.#form === 'packed'
      ? this.type.packed.dueIn(this.#held as string)
      : this.type.packed.dueOf(this.state);
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
