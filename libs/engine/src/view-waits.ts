import type { Clock } from './clock.ts';
import type { ViewFeed } from './ports/view-feed.ts';

/** Callers that wait until the views show an index of the log. */
export class ViewWaits {
  readonly #feed: ViewFeed;
  readonly #clock: Clock;
  #waiting: { readonly index: number; readonly answer: (arrived: boolean) => void }[] = [];
  readonly #unsubscribe: () => void;
  #stopped = false;

  constructor(feed: ViewFeed, clock: Clock) {
    this.#feed = feed;
    this.#clock = clock;
    this.#unsubscribe = feed.onAdvance(() => {
      this.#release();
    });
  }

  /** True as soon as the views show `index`; false when `ms` are over before, or the wait is stopped. */
  async reach(index: number, ms: number): Promise<boolean> {
    if (this.#feed.checkpoint() >= index) return true;
    if (this.#stopped) return false;
    this.#feed.wanted?.(index);
    return new Promise((resolve) => {
      const cancel = this.#clock.after(ms, () => {
        this.#waiting = this.#waiting.filter((waiting) => waiting !== me);
        resolve(false);
      });
      const me = {
        index,
        answer: (arrived: boolean) => {
          cancel();
          resolve(arrived);
        },
      };
      this.#waiting.push(me);
    });
  }

  #release(): void {
    const checkpoint = this.#feed.checkpoint();
    const arrived = this.#waiting.filter((waiting) => waiting.index <= checkpoint);
    if (arrived.length === 0) return;
    this.#waiting = this.#waiting.filter((waiting) => waiting.index > checkpoint);
    for (const waiting of arrived) waiting.answer(true);
  }

  /** Whoever still waits is told that the views did not arrive. */
  stop(): void {
    this.#stopped = true;
    this.#unsubscribe();
    for (const waiting of this.#waiting.splice(0)) waiting.answer(false);
  }
}
