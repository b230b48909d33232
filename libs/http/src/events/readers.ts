/** One request that is answered for as long as it likes to listen. */
export type Reader = {
  /** Aborts when the server stops, and when the reader was cut off or has left. */
  readonly signal: AbortSignal;
  readonly leave: () => void;
};

/** Readers at a time: each holds a connection, and a piece of the log while it is sent. */
export const MOST_READERS = 64;

/** Everybody who listens; a stop ends them, so that it need not wait for them. */
export class Readers {
  readonly #reading = new Set<AbortController>();
  #stopped = false;

  get count(): number {
    return this.#reading.size;
  }

  /** `undefined`: there are too many. */
  enter(): Reader | undefined {
    if (this.#stopped || this.#reading.size >= MOST_READERS) return undefined;
    const ending = new AbortController();
    this.#reading.add(ending);
    const leave = (): void => {
      this.#reading.delete(ending);
      ending.abort();
    };
    return { signal: ending.signal, leave };
  }

  stop(): void {
    this.#stopped = true;
    for (const ending of this.#reading) ending.abort();
  }
}
