/** Time as the engine takes it in: replaced by a virtual clock in tests. */
export type Clock = {
  /** ms since 1970 UTC. */
  readonly now: () => number;
  /** Calls `fn` once, `ms` from now at the earliest; the returned function cancels it. */
  readonly after: (ms: number, fn: () => void) => () => void;
};

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, fn) => {
    const timer = setTimeout(fn, ms);
    timer.unref();
    return () => {
      clearTimeout(timer);
    };
  },
};
