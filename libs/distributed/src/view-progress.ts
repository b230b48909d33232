import type { Position } from '@orderloom/decider';
import type { Checkpoint, Clock } from '@orderloom/engine';

/** From one look to the next, ms: while nobody waits for the views, and while somebody does. */
const LOOK_EVERY_MS = 250;
const LOOK_SOON_MS = 25;

export type ViewProgressParts = {
  /** Log index of the last committed event of each partition. */
  readonly heads: () => Promise<readonly number[]>;
  /** How far lists and histories show each of so many partitions, in the same order; `undefined`: nothing of it yet. */
  readonly shown: (partitions: number) => Promise<readonly (Checkpoint | undefined)[]>;
  readonly clock: Clock;
};

/** What the views of all partitions reflect, added up. */
export type ViewsAsOf = { readonly index: number; readonly head: number; readonly lagMs: number };

type Waiting = { readonly position: Position; readonly answer: (arrived: boolean) => void };

/**
 * How far the views have come that other processes write, looked at again and again. Everything that was committed
 * `lagMs` ago or earlier is shown: while the views cannot be asked, nobody knows more than that, and it grows.
 */
export class ViewProgress {
  readonly #parts: ViewProgressParts;
  #index = 0;
  #head = 0;
  /** All that was committed at this instant is shown. */
  #current: number;
  #shown: readonly (Checkpoint | undefined)[] = [];
  #waiting: Waiting[] = [];
  #stopped = false;
  #wake: () => void = () => undefined;
  readonly #running: Promise<void>;

  constructor(parts: ViewProgressParts) {
    this.#parts = parts;
    this.#current = parts.clock.now();
    this.#running = this.#run();
  }

  asOf(): ViewsAsOf {
    const { clock } = this.#parts;
    return { index: this.#index, head: this.#head, lagMs: Math.max(0, clock.now() - this.#current) };
  }

  /** Log index up to which each partition is shown, 0 for one of which nothing is. */
  shown(): readonly number[] {
    return this.#shown.map((checkpoint) => checkpoint?.index ?? 0);
  }

  /** True as soon as the views show the position; false when `ms` are over before, or this has been stopped. */
  waitFor(position: Position, ms: number): Promise<boolean> {
    if (this.#isShown(position)) return Promise.resolve(true);
    if (this.#stopped) return Promise.resolve(false);
    return new Promise((resolve) => {
      const cancel = this.#parts.clock.after(ms, () => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        resolve(false);
      });
      const waiting: Waiting = {
        position,
        answer: (arrived) => {
          cancel();
          resolve(arrived);
        },
      };
      this.#waiting.push(waiting);
      this.#wake();
    });
  }

  /** Whoever still waits is told that the views did not arrive. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { answer } of this.#waiting.splice(0)) answer(false);
    this.#wake();
    await this.#running;
  }

  #isShown({ slot, sequence }: Position): boolean {
    return this.#shown.some((checkpoint) => (checkpoint?.sequences[slot] ?? 0) >= sequence);
  }

  async #run(): Promise<void> {
    for (;;) {
      await this.#look();
      if (this.#stopped) return;
      await this.#rest(this.#waiting.length > 0 ? LOOK_SOON_MS : LOOK_EVERY_MS);
    }
  }

  async #look(): Promise<void> {
    const { heads, shown, clock } = this.#parts;
    const at = clock.now();
    try {
      // The heads first: what comes in between is then taken for shown by nobody.
      const ends = await heads();
      this.#shown = await shown(ends.length);
      this.#head = ends.reduce((sum, head) => sum + head, 0);
      this.#index = this.#shown.reduce((sum, checkpoint) => sum + (checkpoint?.index ?? 0), 0);
      if (ends.every((head, partition) => (this.#shown[partition]?.index ?? 0) >= head)) this.#current = at;
    } catch {
      // The lag says it: it grows until they can be asked again.
      return;
    }
    const arrived = this.#waiting.filter(({ position }) => this.#isShown(position));
    this.#waiting = this.#waiting.filter((waiting) => !arrived.includes(waiting));
    for (const { answer } of arrived) answer(true);
  }

  async #rest(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.#parts.clock.after(ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
    this.#wake = () => undefined;
  }
}
