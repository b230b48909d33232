import type { Checkpoint, Clock } from '@orderloom/engine';

export type RefresherOptions = {
  readonly clock: Clock;
  /** Least time between two refreshes, ms. */
  readonly everyMs: number;
  /** Makes everything that was acknowledged searchable, and then writes down how far each part has come. */
  readonly refresh: (positions: ReadonlyMap<string, Checkpoint>) => Promise<void>;
  /** A refresh in the background failed; it is tried again. */
  readonly onProblem: (error: unknown) => void;
};

/** Refreshes what was written, at most every so often, and only while there is something to show. */
export class Refresher {
  readonly #options: RefresherOptions;
  /** Acknowledged, not yet searchable. */
  #waiting = new Map<string, Checkpoint>();
  #running: Promise<void> | undefined;
  #lastAt = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | undefined;
  #closed = false;

  constructor(options: RefresherOptions) {
    this.#options = options;
  }

  /** Everything up to the checkpoint is acknowledged. */
  note(part: string, checkpoint: Checkpoint): void {
    this.#waiting.set(part, checkpoint);
    this.#schedule();
  }

  /** Resolves when everything noted before the call is searchable; at once where it is already. */
  async refreshed(): Promise<void> {
    // What runs may have begun before the last note.
    while (this.#running !== undefined) await this.#running.catch(() => undefined);
    if (this.#waiting.size > 0) await this.#run();
  }

  /** Shows what is acknowledged, and nothing after that. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel?.();
    await this.refreshed();
  }

  #schedule(): void {
    if (this.#closed || this.#cancel !== undefined) return;
    const { clock, everyMs } = this.#options;
    const pause = Math.max(0, this.#lastAt + everyMs - clock.now());
    this.#cancel = clock.after(pause, () => {
      this.#cancel = undefined;
      this.refreshed().catch((error: unknown) => {
        this.#options.onProblem(error);
      });
    });
  }

  async #run(): Promise<void> {
    const positions = this.#waiting;
    this.#waiting = new Map();
    this.#lastAt = this.#options.clock.now();
    this.#running = this.#options.refresh(positions);
    try {
      await this.#running;
    } catch (error) {
      this.#waiting = new Map([...positions, ...this.#waiting]);
      this.#schedule();
      throw error;
    } finally {
      this.#running = undefined;
    }
  }
}
