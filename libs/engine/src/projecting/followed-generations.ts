import { fedGenerations, type Placement } from '../generations/placement.ts';

/** One generation of the views, while it is fed. */
export type FollowedGeneration = {
  /** Resolves when it was stopped. */
  readonly run: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

export type FollowedGenerationsOptions = {
  readonly placement: () => Promise<Placement>;
  readonly open: (generation: string) => Promise<FollowedGeneration>;
  /** Ends at once when the signal says so. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly onProblem: (error: unknown) => void;
};

/** From one look at the placement to the next, ms. */
const LOOK_EVERY_MS = 1000;

/** Feeds the generations that the placement names, and no other: it is looked at again and again. */
export class FollowedGenerations {
  readonly #options: FollowedGenerationsOptions;
  readonly #fed = new Map<string, FollowedGeneration>();
  readonly #stopping = new AbortController();
  #live = '';
  #isFollowing = false;

  constructor(options: FollowedGenerationsOptions) {
    this.#options = options;
  }

  /** Whether a generation is the one that is read. */
  isLive(generation: string): boolean {
    return generation === this.#live;
  }

  /** Whether the placement is looked at: between `run` and its end. */
  get isFollowing(): boolean {
    return this.#isFollowing;
  }

  /** Resolves when everything was stopped. */
  async run(): Promise<void> {
    const { signal } = this.#stopping;
    this.#isFollowing = true;
    while (!signal.aborted) {
      await this.#look();
      await this.#options.pause(LOOK_EVERY_MS, signal);
    }
    this.#isFollowing = false;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([...this.#fed.values()].map(({ stop }) => stop()));
  }

  async #look(): Promise<void> {
    const { placement: read, open, onProblem } = this.#options;
    try {
      const placement = await read();
      this.#live = placement.live;
      const generations = fedGenerations(placement);
      for (const [generation, { stop }] of this.#fed) {
        if (generations.includes(generation)) continue;
        this.#fed.delete(generation);
        await stop();
      }
      for (const generation of generations)
        if (!this.#fed.has(generation) && !this.#isStopped())
          await this.#begin(generation, await open(generation));
    } catch (error) {
      // Those that are fed are fed on.
      onProblem(error);
    }
  }

  /** Asked again behind every wait. */
  #isStopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #begin(generation: string, followed: FollowedGeneration): Promise<void> {
    if (this.#isStopped()) return followed.stop();
    this.#fed.set(generation, followed);
    void followed
      .run()
      .catch((error: unknown) => {
        this.#options.onProblem(error);
      })
      // Where it has ended by itself the next look begins it again.
      .finally(() => {
        if (this.#fed.get(generation) === followed) this.#fed.delete(generation);
      });
  }
}
