import type { Clock } from '@orderloom/engine';

/** How often is looked, ms. */
const LOOK_MS = 250;
/** A transaction takes some 20 ms; nobody waits for one that has taken this long, ms. */
const STUCK_MS = 1_000;

export type StuckTransactionsParts = {
  /** Transactional ids that others may have transactions open under. */
  readonly ids: () => readonly string[];
  /** Those of them that have, and when each began; see `OpenTransactions`. */
  readonly begun: (ids: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  /** Ends the id's open transaction, and keeps whoever had it from writing on. */
  readonly fence: (id: string) => Promise<void>;
  readonly clock: Clock;
  readonly onProblem: (error: unknown) => void;
};

/**
 * Ends transactions that other processes have left open. A process that stands still in the middle of one keeps from
 * being read whatever follows its records, in all partitions that it has written to, other processes' input and answers
 * among them: until its session has run out, 6 s, or the transaction's own time. Everybody looks at all; whoever is
 * fenced without having stood still takes its partition again and repeats its step.
 */
export class StuckTransactions {
  readonly #parts: StuckTransactionsParts;
  /** When the transaction that is open under an id began, and since when we know of it, by our own clock. */
  #seen = new Map<string, { readonly begun: number; readonly since: number }>();
  #cancel: () => void = () => undefined;
  #looking: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(parts: StuckTransactionsParts) {
    this.#parts = parts;
  }

  start(): void {
    const { clock, onProblem } = this.#parts;
    this.#cancel = clock.after(LOOK_MS, () => {
      this.#looking = this.#look()
        .catch(onProblem)
        .then(() => {
          if (!this.#stopped) this.start();
        });
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { ids, begun, fence, clock, onProblem } = this.#parts;
    const open = await begun(ids());
    const now = clock.now();
    const seen = new Map<string, { readonly begun: number; readonly since: number }>();
    const stuck: string[] = [];
    for (const [id, at] of open) {
      const known = this.#seen.get(id);
      const since = known?.begun === at ? known.since : now;
      if (now - since >= STUCK_MS) stuck.push(id);
      else seen.set(id, { begun: at, since });
    }
    this.#seen = seen;
    // Another process may be faster: then the transaction has ended all the same.
    await Promise.all(stuck.map((id) => fence(id).catch(onProblem)));
  }
}
