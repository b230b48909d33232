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

/**
 * Attempts until one says what became of the command, at most for the time given: then it is `pending`, and so it is
 * where the caller gives up, because by then nobody knows. Rejects with what an attempt throws.
 */
export const sendPatiently = async (
  key: string,
  attempt: (signal: AbortSignal) => Promise<Result | TryAgain>,
  { timeoutMs, signal }: Patience,
): Promise<Result> => {
  const timeout = AbortSignal.timeout(timeoutMs);
  const until = signal === undefined ? timeout : AbortSignal.any([timeout, signal]);
  const { aborted, stop } = abortOf(until);
  let last = NO_ANSWER;
  try {
    for (let tried = 0; !until.aborted; tried++) {
      const answer = await Promise.race([attempt(until), aborted]);
      if (answer.outcome !== 'again') return answer;
      if (answer !== NO_ANSWER) last = answer;
      await pause(pauseMs(tried, answer.afterMs ?? 0), until);
    }
  } finally {
    stop();
  }
  return { outcome: 'pending', key, code: last.code, reason: last.reason };
};
