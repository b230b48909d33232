import type { Clock } from '@orderloom/engine';

/** After a window the views rest this many times as long as it took: the threads that decide need the processor too. */
const REST = 4;
/** But nobody looks at views that are older than they must be, ms. */
const LONGEST_MS = 250;

/**
 * When the views write next. Ten events of a document cost little more than one, so while they have much to do they
 * wait for more of it; whoever waits for them makes the wait as short as `shortestMs`. A quiet log is shown at once.
 */
export class WindowPace {
  readonly #clock: Clock;
  readonly #shortestMs: number;
  #began = Number.NEGATIVE_INFINITY;
  #tookMs = 0;
  #isStopped = false;
  #lookAgain: () => void = () => undefined;

  constructor(clock: Clock, shortestMs: number) {
    this.#clock = clock;
    this.#shortestMs = shortestMs;
  }

  async window(project: () => Promise<void>): Promise<void> {
    this.#began = this.#clock.now();
    await project();
    this.#tookMs = this.#clock.now() - this.#began;
  }

  /** Resolves when the next window may begin. */
  async next(isAwaited: () => boolean): Promise<void> {
    for (;;) {
      const pause = isAwaited() ? this.#shortestMs : this.#relaxedMs();
      const early = this.#began + pause - this.#clock.now();
      // Where it is more than the pause the clock was set back, and nobody knows how much has passed.
      if (early <= 0 || early > pause || this.#isStopped) return;
      await this.#sleep(early);
    }
  }

  /** Somebody has begun to wait. */
  hurry(): void {
    this.#lookAgain();
  }

  /** Nothing is merged any more. */
  stop(): void {
    this.#isStopped = true;
    this.#lookAgain();
  }

  #relaxedMs(): number {
    return Math.max(this.#shortestMs, Math.min(LONGEST_MS, this.#tookMs * REST));
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(ms, resolve);
      this.#lookAgain = () => {
        cancel();
        resolve();
      };
    });
  }
}
