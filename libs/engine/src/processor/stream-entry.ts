import { streamIdOf, type StreamRef } from '@orderloom/decider';
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
