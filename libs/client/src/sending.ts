import { setTimeout as sleep } from 'node:timers/promises';
import type { Result, TryAgain } from './result.ts';

/** Pauses between attempts, ms: doubled from the first to the longest, and a random part of it left out. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

export type Patience = {
  /** Longest wait for an answer, ms. */
  readonly timeoutMs: number;
  /** Ends the wait early. */
  readonly signal?: AbortSignal;
};

const NO_ANSWER: TryAgain = { outcome: 'again', code: 'pending', reason: 'No answer has come in time' };

/** Resolves when the signal aborts; `stop` when nobody waits for it any more. */
const abortOf = (signal: AbortSignal) => {
  let stop = (): void => undefined;
  const aborted = new Promise<TryAgain>((resolve) => {
    const end = (): void => resolve(NO_ANSWER);
    signal.addEventListener('abort', end, { once: true });
    stop = () => signal.removeEventListener('abort', end);
    if (signal.aborted) end();
  });
  return { aborted, stop };
};

const pauseMs = (tried: number, atLeast: number): number =>
  Math.max(atLeast, Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tried) * (0.5 + Math.random() / 2));

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => undefined);

/** What an attempt may take. */
export type Limits = {
  readonly signal: AbortSignal;
  /** Time that is left for all attempts, ms. */
  readonly leftMs: number;
};

export const isAgain = (answer: { readonly outcome: string }): answer is TryAgain =>
  answer.outcome === 'again';

/**
 * Attempts until one has an answer, at most for the time given or until the caller gives up: then it gives what the last
 * attempt said. Rejects with what an attempt throws.
 */
export const patiently = async <T extends { readonly outcome: string }>(
  attempt: (limits: Limits) => Promise<T | TryAgain>,
  { timeoutMs, signal }: Patience,
): Promise<T | TryAgain> => {
  const end = performance.now() + timeoutMs;
  const timeout = AbortSignal.timeout(timeoutMs);
  const until = signal === undefined ? timeout : AbortSignal.any([timeout, signal]);
  const { aborted, stop } = abortOf(until);
  let last = NO_ANSWER;
  try {
    for (let tried = 0; !until.aborted; tried++) {
      const leftMs = Math.max(0, end - performance.now());
      const answer = await Promise.race([attempt({ signal: until, leftMs }), aborted]);
      if (!isAgain(answer)) return answer;
      if (answer !== NO_ANSWER) last = answer;
      await pause(pauseMs(tried, answer.afterMs ?? 0), until);
    }
  } finally {
    stop();
  }
  return last;
};

export const pendingResult = (key: string, { code, reason }: TryAgain): Result => ({
  outcome: 'pending',
  ...{ key, code, reason },
});

/**
 * Attempts until one says what became of the command, at most for the time given: then it is `pending`, and so it is
 * where the caller gives up, because by then nobody knows. Rejects with what an attempt throws.
 */
export const sendPatiently = async (
  key: string,
  attempt: (signal: AbortSignal) => Promise<Result | TryAgain>,
  patience: Patience,
): Promise<Result> => {
  const answer = await patiently(({ signal }) => attempt(signal), patience);
  return isAgain(answer) ? pendingResult(key, answer) : answer;
};
