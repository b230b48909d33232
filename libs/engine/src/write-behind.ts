/**
 * Work in two steps, the first of which only makes what the second one writes: one piece is made while the piece before
 * is being written. Each step is done piece by piece, in order. Where one fails, so does everything that was given
 * behind it, and nothing of that is written; then it begins again.
 */
export class WriteBehind<T> {
  readonly #write: (made: T) => void | Promise<void>;
  readonly #onFailure: () => void;
  #made: Promise<unknown> = Promise.resolve();
  #written: Promise<void> = Promise.resolve();
  #isWriting = false;

  /** `onFailure`: nothing is under way any more, and the next piece has none before it. */
  constructor(write: (made: T) => void | Promise<void>, onFailure: () => void) {
    this.#write = write;
    this.#onFailure = onFailure;
  }

  /** Something is being written, and needs a turn now and then while something else is made. */
  get isWriting(): boolean {
    return this.#isWriting;
  }

  /** Resolves when it is written. `make` is told when everything before it is, for where it has to read that. */
  async add(make: (before: Promise<void>) => Promise<T>): Promise<void> {
    const before = this.#written;
    const made = this.#made.then(() => make(before));
    const written = this.#writeInTurn(made, before);
    this.#made = made;
    this.#written = written;
    try {
      await written;
    } catch (error) {
      if (this.#written === written) this.#beginAgain();
      throw error;
    }
  }

  async #writeInTurn(made: Promise<T>, before: Promise<void>): Promise<void> {
    // Both are over before anything fails: nothing may still be making when it begins again.
    await Promise.allSettled([made, before]);
    await before;
    const piece = await made;
    this.#isWriting = true;
    try {
      await this.#write(piece);
    } finally {
      this.#isWriting = false;
    }
  }

  #beginAgain(): void {
    this.#made = Promise.resolve();
    this.#written = Promise.resolve();
    this.#onFailure();
  }
}
