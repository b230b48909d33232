import type { RegistryIndex } from './registry-index.ts';
import type { StreamEntry } from './stream-entry.ts';
import type { StreamTable } from './streams.ts';

/** Streams that one group's end looks at beside those that the group has changed, at most: no caller waits for a sweep. */
const STEPS = 128;
/** Each change makes one stream too many at most; the hand passes twice over each before it goes. */
const STEPS_A_CHANGE = 4;
/** About 100 MB. While no more orders than that move, none of them is packed at all. */
const STATES_AS_OBJECTS = 100_000;

/** A fold that the stream's own events make, and that nothing asks for before its next command. */
const mayLeave = (entry: StreamEntry): boolean =>
  entry.version > 0 &&
  entry.due === 0 &&
  entry.pins === 0 &&
  entry.quarantine === null &&
  entry.type.definition.follows === undefined;

export type RestingLimits = {
  /** Folds that stay in memory, packed or not. Default: all. */
  readonly statesInMemory?: number;
  /** Of those the ones that stay as objects. */
  readonly statesAsObjects?: number;
};

/**
 * Keeps about so many folds as objects, packs the others, and keeps about so many in memory at all: the folds of streams
 * that were not used for the longest time are set aside, and read back from the stream store by their next command. What a
 * retry is known by, and what the next event has to follow, stay in memory. Which ones go is decided by a clock hand with
 * a second chance; O(1) an event.
 */
export class SettingAside {
  readonly #streams: StreamTable;
  readonly #registry: RegistryIndex;
  readonly #inMemory: number;
  readonly #asObjects: number;
  #hand = 0;
  #count = 0;

  constructor(streams: StreamTable, registry: RegistryIndex, limits: RestingLimits) {
    this.#streams = streams;
    this.#registry = registry;
    this.#inMemory = limits.statesInMemory ?? Infinity;
    this.#asObjects = limits.statesAsObjects ?? STATES_AS_OBJECTS;
  }

  /** Streams whose fold is not in memory. */
  get count(): number {
    return this.#count;
  }

  /** To be called between two groups, never while one is open. */
  trim(changes: number): void {
    this.#pass(changes, this.#inMemory);
  }

  /** As `trim`, while nothing can be read back. */
  pack(changes: number): void {
    this.#pass(changes, Infinity);
  }

  #pass(changes: number, inMemory: number): void {
    const { size } = this.#streams;
    let asObjects = size - this.#count - this.#packed();
    // Never round twice: what was written in every group stays.
    const steps = Math.min(STEPS + changes * STEPS_A_CHANGE, size);
    for (let step = 0; step < steps; step++) {
      const tooMany = size - this.#count > inMemory;
      if (!tooMany && asObjects <= this.#asObjects) return;
      this.#hand = (this.#hand + 1) % size;
      const entry = this.#streams.byOrdinal(this.#hand);
      // Every command of a tenant asks for its policies.
      if (entry === undefined || entry.isSetAside || entry.ref.type === this.#registry.global.type) continue;
      if (entry.recent) entry.recent = false;
      else if (tooMany && mayLeave(entry)) {
        if (entry.isLive) asObjects--;
        this.setAside(entry);
      } else if (entry.isLive && asObjects > this.#asObjects) {
        entry.pack();
        asObjects--;
      }
    }
  }

  #packed(): number {
    let packed = 0;
    for (const type of this.#registry.types.values()) packed += type.packed.count;
    return packed;
  }

  setAside(entry: StreamEntry, wasClosed = entry.isClosed): void {
    entry.setAside(wasClosed);
    this.#count++;
  }

  /** Puts the fold back that was read. */
  bringBack(entry: StreamEntry, state: unknown): void {
    if (!entry.isSetAside) return;
    entry.state = state;
    entry.recent = true;
    this.#count--;
  }
}
