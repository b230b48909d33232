import type { CommandResult } from '@orderloom/engine';
import type { CallOutcome } from '../effect-handler.ts';

// What a call to a payment provider has come to.

/** This process knows no such provider of the tenant. */
export const NO_PROVIDER: CallOutcome = { outcome: 'refused', code: 'no-such-provider' };

/** No answer: what was sent may have happened. */
export const silenceOf = ({
  sent,
  code,
}: {
  readonly sent: boolean;
  readonly code: string;
}): CallOutcome => ({
  outcome: sent ? 'unknown' : 'failed',
  code,
});

/**
 * What telling an order came to. Said for the first time, said again, or `known` by another way: all the same to whoever has
 * heard of it. Where the order refuses to hear of it a person has to look.
 */
export const toldAs = (code: string, { outcome, rejection }: CommandResult, known: string): CallOutcome =>
  outcome === 'accepted' || outcome === 'duplicate' || rejection?.code === known
    ? { outcome: 'succeeded', code }
    : { outcome: 'refused', code: rejection?.code ?? outcome };
