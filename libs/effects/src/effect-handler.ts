import type { EffectCall } from '@orderloom/domain';

/** One call as a handler gets it. */
export type CallToMake = EffectCall & {
  /** The same in every attempt: the key by which the other side knows the call again. */
  readonly effectId: string;
  readonly tenant: string;
  readonly attempt: number;
  readonly traceparent: string | null;
};

/**
 * What became of a call; `code` is stable and quotes nothing. `failed`: it did not happen. `unknown`: it may have
 * happened. `refused`: trying again cannot help.
 */
export type CallOutcome = {
  readonly outcome: 'succeeded' | 'failed' | 'unknown' | 'refused';
  readonly code: string;
};

/** How many calls one target may be given at a time, and how many more may wait for it in memory. */
export type Room = { readonly atATime: number; readonly waiting: number };

/** Makes calls of one kind to the outside. Nothing else decides when one is tried again. */
export type EffectHandler = {
  /** Whoever is called: calls to one target wait for each other, and never for those to another. */
  readonly targetOf: (call: CallToMake) => string;
  /** Left out: a few, as befits a receiver that nobody here knows. */
  readonly room?: Room;
  /** Makes the call. What it throws is an outcome that nobody knows. */
  readonly perform: (call: CallToMake, signal: AbortSignal) => Promise<CallOutcome>;
  /**
   * Asks what became of a call that may have happened; `undefined`: the other side has never heard of it. Left out where
   * the other side cannot be asked: then the call is repeated, under its id.
   */
  readonly query?: (call: CallToMake, signal: AbortSignal) => Promise<CallOutcome | undefined>;
};
