import type { Clock } from './clock.ts';

/** Marks nearer than this, ms, are one: it bounds how many are kept while the views are far behind. */
const NEAREST = 10;

/** How old the views are: for every part of the log that they do not show yet, when it was written. */
export class ViewLag {
  readonly #clock: Clock;
  readonly #checkpoint: () => number;
  readonly #marks: { index: number; readonly at: number }[] = [];

  /** `checkpoint`: log index that the views show; `head`: where the log ends now. */
  constructor(checkpoint: () => number, head: number, clock: Clock) {
    this.#checkpoint = checkpoint;
    this.#clock = clock;
    if (checkpoint() < head) this.written(head);
  }

  /** The log goes as far as `index` now. */
  written(index: number): void {
    const at = this.#clock.now();
    const last = this.#marks.at(-1);
    if (last !== undefined && at - last.at < NEAREST) last.index = index;
    else this.#marks.push({ index, at });
  }

  /** The views have advanced. */
  shown(): void {
    const checkpoint = this.#checkpoint();
    const first = this.#marks.findIndex(({ index }) => index > checkpoint);
    this.#marks.splice(0, first === -1 ? this.#marks.length : first);
  }

  /** Age of the oldest event that the views do not show, ms; 0 while they show all. */
  get ms(): number {
    this.shown();
    const [oldest] = this.#marks;
    return oldest === undefined ? 0 : Math.max(0, this.#clock.now() - oldest.at);
  }
}
