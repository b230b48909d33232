import type { Before, StreamEntry } from './stream-entry.ts';

/** A stream as it stood at one moment. */
export type PastStream = Pick<Before, 'entry' | 'version' | 'prev' | 'recordedAt'> & {
  /** The packed state; `null`: set aside. */
  readonly packed: string | null;
};

/**
 * The streams as they stood when it was made, read one after the other while the table moves on. What changes before
 * it was read is kept as it was: memory for that, and for nothing else.
 */
export class FrozenStreams {
  readonly #byOrdinal: (ordinal: number) => StreamEntry | undefined;
  /** Streams made later are not in it. */
  readonly #size: number;
  readonly #kept = new Map<number, Before>();
  #next = 0;

  constructor(byOrdinal: (ordinal: number) => StreamEntry | undefined, size: number) {
    this.#byOrdinal = byOrdinal;
    this.#size = size;
  }

  /** To be told what an entry is before it changes. */
  keep(before: Before): void {
    const { ordinal } = before.entry;
    if (ordinal >= this.#next && ordinal < this.#size && !this.#kept.has(ordinal))
      this.#kept.set(ordinal, before);
  }

  /** The next stream; `undefined` after the last. */
  take(): PastStream | undefined {
    if (this.#next >= this.#size) return undefined;
    const ordinal = this.#next++;
    const kept = this.#kept.get(ordinal);
    this.#kept.delete(ordinal);
    if (kept !== undefined) {
      const { entry, version, prev, recordedAt, state } = kept;
      return { entry, version, prev, recordedAt, packed: entry.type.packed.pack(state, ordinal) };
    }
    const entry = this.#byOrdinal(ordinal);
    if (entry === undefined) return undefined;
    const { version, prev, recordedAt } = entry;
    return { entry, version, prev, recordedAt, packed: entry.packed() };
  }
}
