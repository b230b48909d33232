import type { Clock } from '../clock.ts';

/** Ends after `ms`, or early when the signal aborts; `null`: only then. */
export const pause = (signal: AbortSignal, ms: number | null, clock: Clock): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const end = (): void => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = ms === null ? () => undefined : clock.after(ms, end);
    signal.addEventListener('abort', end, { once: true });
  });
