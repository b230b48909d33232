/** Full turns of the event loop after which every byte that had arrived before the first of them has been read. */
const TURNS = 8;

/** How many inputs of one stretch of time are still arriving. A count, no set: every command is one of them. */
type Batch = { arriving: number };

/**
 * Knows when everything that had arrived before an instant has become a command, so that a deadline never
 * overtakes a payment that waits in a socket: a process that was stopped for a minute reads its sockets first.
 */
export class InputGate {
  #latest: Batch = { arriving: 0 };
  /** Oldest first: who waits for a batch waits for those before it too. */
  readonly #waiting: { readonly batch: Batch; readonly open: () => void }[] = [];

  /** An input has begun to arrive; the returned function says that it was sent on, or given up. */
  enter(): () => void {
    const batch = this.#latest;
    batch.arriving++;
    let sent = false;
    return () => {
      if (sent) return;
      sent = true;
      if (--batch.arriving === 0) this.#release();
    };
  }

  /** Calls back once all that has arrived by now is sent on. */
  whenDrained(open: () => void): void {
    let turns = TURNS;
    const turn = (): void => {
      if (--turns > 0) {
        setImmediate(turn);
        return;
      }
      this.#waiting.push({ batch: this.#latest, open });
      this.#latest = { arriving: 0 };
      this.#release();
    };
    setImmediate(turn);
  }

  #release(): void {
    while (this.#waiting[0]?.batch.arriving === 0) this.#waiting.shift()?.open();
  }
}
