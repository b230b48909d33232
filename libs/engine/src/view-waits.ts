import type { Clock } from './clock.ts';
import type { ViewFeed } from './ports/view-feed.ts';

/** Callers that wait until the views show an index of the log. */
export class ViewWaits {
  readonly #feed: ViewFeed;
  readonly #clock: Clock;
  #waiting: { readonly index: number; readonly arrived: () => void }[] = [];
  readonly #unsubscribe: () => void;

  constructor(feed: ViewFeed, clock: Clock) {
    this.#feed = feed;
    this.#clock = clock;
    this.#unsubscribe = feed.onAdvance(() => {
      this.#release();
    });
  }

  /** True as soon as the views show `index`; false when `ms` are over before. */
  async reach(index: number, ms: number): Promise<boolean> {
    if (this.#feed.checkpoint() >= index) return true;
    return new Promise((resolve) => {
      const cancel = this.#clock.after(ms, () => {
        this.#waiting = this.#waiting.filter((waiting) => waiting !== me);
        resolve(false);
      });
      const me = {
        index,
        arrived: () => {
          cancel();
          resolve(true);
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
    for (const waiting of arrived) waiting.arrived();
  }

  stop(): void {
    this.#unsubscribe();
  }
}
