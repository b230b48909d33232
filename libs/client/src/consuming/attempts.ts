import { setTimeout as sleep } from 'node:timers/promises';
import type { ConsumedEvent } from './event.ts';
import type { Workers } from './workers.ts';

/** Thrown by a handler: nothing is wrong with the event, something it needs is away. It is tried until that is back. */
export class TryLater extends Error {
  constructor(message = 'something that the handler needs is away') {
    super(message);
    this.name = 'TryLater';
  }
}

export type HandlerContext = {
  /** 1 for the first time in this process. An event may have been handled before by another one. */
  readonly attempt: number;
  /** Aborts when the time for one event is over, and when the consumer stops. */
  readonly signal: AbortSignal;
};

type Handler<E> = (event: E, context: HandlerContext) => Promise<void> | void;

export type EventHandler = Handler<ConsumedEvent>;

export type RetryRules = {
  /** How often a failing event is tried before it is parked. */
  readonly attempts: number;
  /** Pause after the first failure, ms; doubled after each one up to the longest. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** Longest time that one call may take, ms. */
  readonly handleWithinMs: number;
};

/** How handling an event has ended; `stopped`: it has not, and it will come again. */
export type Ending =
  { readonly outcome: 'handled' | 'stopped' } | { readonly outcome: 'failed'; readonly reason: string };

export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => undefined);

/** What kind of failure it was. Not its message, which may quote personal data. */
const reasonOf = (error: unknown): string => {
  // Not by `instanceof`: the runtime's own errors may be of another realm.
  if (typeof error !== 'object' || error === null || !('name' in error)) return 'the handler threw';
  const name = String(error.name);
  return 'code' in error && typeof error.code === 'string' ? `${name} (${error.code})` : name;
};

/** A function, because the compiler takes a signal that has not aborted for one that never will. */
export const hasAborted = (signal: AbortSignal): boolean => signal.aborted;

const call = async <E>(handler: Handler<E>, event: E, context: HandlerContext): Promise<void> => {
  const { signal } = context;
  let stopWaiting = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    const end = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', end, { once: true });
    stopWaiting = () => signal.removeEventListener('abort', end);
  });
  try {
    await Promise.race([handler(event, context), aborted]);
  } finally {
    stopWaiting();
  }
};

/** Calls a handler until it has handled the event, or has failed too often. A pause takes no worker's time. */
export const handlePersistently = async <E>(
  event: E,
  {
    handler,
    workers,
    retry,
  }: {
    readonly handler: Handler<E>;
    readonly workers: Workers;
    readonly retry: RetryRules;
  },
  stopping: AbortSignal,
): Promise<Ending> => {
  for (let attempt = 1, failures = 0; ; attempt++) {
    if (hasAborted(stopping)) return { outcome: 'stopped' };
    try {
      await workers.run(() => {
        const signal = AbortSignal.any([stopping, AbortSignal.timeout(retry.handleWithinMs)]);
        return call(handler, event, { attempt, signal });
      });
      return { outcome: 'handled' };
    } catch (error) {
      if (hasAborted(stopping)) return { outcome: 'stopped' };
      if (!(error instanceof TryLater)) failures++;
      if (failures >= retry.attempts) return { outcome: 'failed', reason: reasonOf(error) };
    }
    await pause(Math.min(retry.longestPauseMs, retry.firstPauseMs * 2 ** (attempt - 1)), stopping);
  }
};
