/** Keeps deadlines waiting for requests whose bodies are still being read. */
export type Arrivals = {
  /** A request's head was read; the returned function may be called more than once. */
  readonly begin: () => () => void;
  readonly close: () => void;
};

/** A slow body holds deadlines back at most that long: past it the caller, not the clock, is late. */
const LONGEST_MS = 2000;
const SWEEP_MS = 250;

/** One timer for all requests: a timer each would be paid by every command. */
export const arrivalsOf = (inputArriving: () => () => void, clock: () => number): Arrivals => {
  const open = new Map<() => void, number>();
  const sweep = (): void => {
    const oldest = clock() - LONGEST_MS;
    for (const [release, since] of open) {
      if (since > oldest) return;
      release();
    }
  };
  const timer = setInterval(sweep, SWEEP_MS).unref();
  return {
    begin: () => {
      const end = inputArriving();
      const release = (): void => {
        if (open.delete(release)) end();
      };
      open.set(release, clock());
      return release;
    },
    close: () => {
      clearInterval(timer);
      for (const release of open.keys()) release();
    },
  };
};
