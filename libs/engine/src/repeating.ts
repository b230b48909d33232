import type { Clock } from './clock.ts';

/** A piece of work that is done again and again. */
export type Repeating = {
  readonly start: () => void;
  /** Resolves when the work that may be under way has ended; it is not done again. */
  readonly stop: () => Promise<void>;
};

/** Does it for the first time `everyMs` after the start, then each time so long after it has ended; what it throws is reported. */
export const repeating = ({
  clock,
  everyMs,
  work,
  onProblem,
}: {
  readonly clock: Clock;
  readonly everyMs: number;
  readonly work: () => Promise<void>;
  readonly onProblem: (error: unknown) => void;
}): Repeating => {
  let stopped = false;
  let cancel: () => void = () => undefined;
  let running: Promise<void> = Promise.resolve();
  const start = (): void => {
    cancel = clock.after(everyMs, () => {
      running = work()
        .catch(onProblem)
        .then(() => {
          if (!stopped) start();
        });
    });
  };
  return {
    start,
    stop: async () => {
      stopped = true;
      cancel();
      await running;
    },
  };
};
