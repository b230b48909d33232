import { repeating, type Clock, type Repeating } from '@orderloom/engine';

/** How often is looked, ms. */
const LOOK_MS = 250;
/** A transaction takes some 20 ms; nobody waits for one that has taken this long, ms. */
const STUCK_MS = 1_000;
/** Where all is slow, as long as the broker itself would wait; see `TRANSACTION_TIMEOUT_MS`. */
const LONGEST_PATIENCE_MS = 10_000;
/** Whoever has stood still is not replaced before its session is over: who writes again sooner was only slow. */
const ALIVE_WITHIN_MS = 5_000;
/** After so long without an error patience is halved, ms. */
const CALM_MS = 60_000;

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
 * among them: until its session has run out, 6 s, or the transaction's own time. Everybody looks at all. Whoever is
 * fenced and was only slow takes its partition again and repeats its step; and since on a machine that is overloaded that
 * would go on for ever, patience doubles whenever a fenced one turns out to be alive.
 */
export class StuckTransactions {
  readonly #parts: StuckTransactionsParts;
  /** When the transaction that is open under an id began, and since when we know of it, by our own clock. */
  #seen = new Map<string, { readonly begun: number; readonly since: number }>();
  /** Whom we have fenced: the transaction that was ended, and when. */
  readonly #fenced = new Map<string, { readonly begun: number; readonly at: number }>();
  #patience = STUCK_MS;
  #patientSince = 0;
  readonly #looks: Repeating;

  constructor(parts: StuckTransactionsParts) {
    this.#parts = parts;
    const { clock, onProblem } = parts;
    this.#looks = repeating({ clock, everyMs: LOOK_MS, work: () => this.#look(), onProblem });
  }

  start(): void {
    this.#looks.start();
  }

  stop(): Promise<void> {
    return this.#looks.stop();
  }

  async #look(): Promise<void> {
    const { ids, begun, fence, clock, onProblem } = this.#parts;
    const open = await begun(ids());
    const now = clock.now();
    this.#learn(open, now);
    const seen = new Map<string, { readonly begun: number; readonly since: number }>();
    const stuck: string[] = [];
    for (const [id, at] of open) {
      const known = this.#seen.get(id);
      const since = known?.begun === at ? known.since : now;
      if (now - since < this.#patience) seen.set(id, { begun: at, since });
      else {
        stuck.push(id);
        this.#fenced.set(id, { begun: at, at: now });
      }
    }
    this.#seen = seen;
    // Another process may be faster: then the transaction has ended all the same.
    await Promise.all(stuck.map((id) => fence(id).catch(onProblem)));
  }

  /** Whether we were right about those whom we have fenced. */
  #learn(open: ReadonlyMap<string, number>, now: number): void {
    let wasWrong = false;
    for (const [id, { begun, at }] of this.#fenced) {
      const isAlive = open.has(id) && open.get(id) !== begun;
      if (isAlive || now - at > ALIVE_WITHIN_MS) this.#fenced.delete(id);
      wasWrong ||= isAlive && now - at <= ALIVE_WITHIN_MS;
    }
    if (!wasWrong && (this.#patience === STUCK_MS || now - this.#patientSince < CALM_MS)) return;
    this.#patientSince = now;
    this.#patience = wasWrong
      ? Math.min(LONGEST_PATIENCE_MS, this.#patience * 2)
      : Math.max(STUCK_MS, this.#patience / 2);
  }
}
