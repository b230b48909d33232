import { hasClosed } from './closed.ts';
import type { StreamEntry } from './stream-entry.ts';
import type { StreamTable } from './streams.ts';

/** Streams that one group's end looks at, at most: no caller waits for a sweep. */
const STEPS = 128;

/** A fold that the stream's own events make, and that nothing asks for before its next command. */
const mayRest = (entry: StreamEntry, globalType: string): boolean =>
  !entry.isSetAside &&
  entry.version > 0 &&
  entry.due === 0 &&
  entry.pins === 0 &&
  entry.quarantine === null &&
  entry.ref.type !== globalType &&
  entry.type.definition.follows === undefined;

/**
 * Keeps about `limit` folds in memory: those of streams that were not written for the longest time are set aside, and
 * read back from the stream store by their next command. What a retry is known by, and what the next event has to
 * follow, stay in memory. Which ones go is decided by a clock hand with a second chance; O(1) an event.
 */
export class SettingAside {
  readonly #streams: StreamTable;
  readonly #globalType: string;
  readonly #limit: number;
  #hand = 0;
  #count = 0;

  constructor(streams: StreamTable, globalType: string, limit: number) {
    this.#streams = streams;
    this.#globalType = globalType;
    this.#limit = limit;
  }

  /** Streams whose fold is not in memory. */
  get count(): number {
    return this.#count;
  }

  /** To be called between two groups, never while one is open. */
  trim(): void {
    const { size } = this.#streams;
    // Never round twice: what was written in every group stays.
    const steps = Math.min(STEPS, size);
    for (let step = 0; step < steps && size - this.#count > this.#limit; step++) {
      this.#hand = (this.#hand + 1) % size;
      const entry = this.#streams.byOrdinal(this.#hand);
      if (entry === undefined || !mayRest(entry, this.#globalType)) continue;
      if (entry.recent) entry.recent = false;
      else this.setAside(entry);
    }
  }

  setAside(entry: StreamEntry, wasClosed = hasClosed(entry)): void {
    entry.wasClosed = wasClosed;
    entry.setAside();
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
