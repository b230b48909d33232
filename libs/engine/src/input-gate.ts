/** Full turns of the event loop after which every byte that had arrived before the first of them has been read. */
const TURNS = 8;

/**
 * Knows when everything that had arrived before an instant has become a command, so that a deadline never
 * overtakes a payment that waits in a socket: a process that was stopped for a minute reads its sockets first.
 */
export class InputGate {
  readonly #arriving = new Set<symbol>();
  #waiting: { readonly tokens: Set<symbol>; readonly open: () => void }[] = [];

  /** An input has begun to arrive; the returned function says that it was sent on, or given up. */
  enter(): () => void {
    const token = Symbol('input');
    this.#arriving.add(token);
    return () => {
      if (!this.#arriving.delete(token)) return;
      for (const waiting of this.#waiting) waiting.tokens.delete(token);
      this.#release();
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
      this.#waiting.push({ tokens: new Set(this.#arriving), open });
      this.#release();
    };
    setImmediate(turn);
  }

  #release(): void {
    const ready = this.#waiting.filter((waiting) => waiting.tokens.size === 0);
    if (ready.length === 0) return;
    this.#waiting = this.#waiting.filter((waiting) => waiting.tokens.size > 0);
    for (const waiting of ready) waiting.open();
  }
}
