import type { EffectCall } from '../messages/generated/types.ts';

/**
 * `due`: an attempt is to be made. `started`: it may be under way. `waiting`: it has not succeeded, or is not
 * to be made yet; the next one comes at `due`. The last two are ends, of which `given-up` waits for somebody to redrive it.
 */
export type EffectStatus = 'none' | 'due' | 'started' | 'waiting' | 'succeeded' | 'given-up';

/** One call to the outside, over all its attempts. */
export type EffectState = {
  readonly status: EffectStatus;
  /** `null`: nothing was requested. */
  readonly call: EffectCall | null;
  /** The attempt that is due, under way, or was the last one; from 1. */
  readonly attempt: number;
  /** The attempt after which it is given up. */
  readonly lastAttempt: number;
  /** Attempts that one redriving allows. */
  readonly maxAttempts: number;
  readonly firstRetryMs: number;
  /** Before each attempt, ms; empty: the first is made at once, and the pause behind it doubles. */
  readonly pausesMs: readonly number[];
  /** Nobody knows whether an earlier attempt has happened. */
  readonly unknown: boolean;
  /** When the next attempt is due, ms; `null`: it waits for nothing. */
  readonly due: number | null;
  /** What came of the last attempt that has ended. */
  readonly code: string | null;
};

export const noEffect: EffectState = {
  status: 'none',
  call: null,
  attempt: 0,
  lastAttempt: 0,
  maxAttempts: 0,
  firstRetryMs: 0,
  pausesMs: [],
  unknown: false,
  due: null,
  code: null,
};
