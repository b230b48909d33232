/** A clock that only a test moves. It has the shape of the engine's `Clock`. */
export type VirtualClock = {
  /** ms since 1970 UTC. */
  readonly now: () => number;
  /** Calls `fn` once, when `ms` have passed by `advance`; the returned function takes it back. */
  readonly after: (ms: number, fn: () => void) => () => void;
  /** Lets time pass: timers fire in the order of their instants, each seeing its own instant as `now()`. */
  readonly advance: (ms: number) => void;
  /** Sets the wall clock, forward or back. No time passes: timers are as far away as before. */
  readonly set: (instant: number) => void;
  /** How many timers wait. */
  readonly pending: () => number;
};

type Timer = { readonly due: number; readonly order: number; readonly fn: () => void };

const earliest = (timers: Iterable<Timer>): Timer | undefined => {
  let first: Timer | undefined;
  for (const timer of timers)
    if (!first || timer.due < first.due || (timer.due === first.due && timer.order < first.order))
      first = timer;
  return first;
};

/** A clock that stands at `start` until it is moved. Timers of the same instant fire in the order they were set. */
export const virtualClock = (start: number): VirtualClock => {
  const timers = new Set<Timer>();
  let elapsed = 0;
  let offset = start;
  let order = 0;
  return {
    now: () => offset + elapsed,
    after: (ms, fn) => {
      const timer = { due: elapsed + Math.max(0, ms), order: (order += 1), fn };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    advance: (ms) => {
      const end = elapsed + ms;
      for (let next = earliest(timers); next && next.due <= end; next = earliest(timers)) {
        timers.delete(next);
        elapsed = next.due;
        next.fn();
      }
      elapsed = end;
    },
    set: (instant) => void (offset = instant - elapsed),
    pending: () => timers.size,
  };
};

/** Waits for full turns of the event loop: everything that was already on its way has then arrived. */
export const turns = async (count = 5): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise<void>((resolve) => void setImmediate(resolve));
};
