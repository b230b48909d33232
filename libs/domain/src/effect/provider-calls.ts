import type { SentCommand } from '@orderloom/decider';
import type { EffectCall } from '../messages/generated/types.ts';
import type { TenantState } from '../tenant/state.ts';

/** Hours of tries, about: long enough for a provider that is away for a night's maintenance. */
const MAX_ATTEMPTS = 12;
const FIRST_RETRY_MS = 5_000;

/** Nobody asks a real provider about what happens in simulated time. */
export const providerOf = (name: string, { providers, clock }: TenantState) =>
  clock.mode === 'live' && providers !== undefined && Object.hasOwn(providers, name)
    ? providers[name]
    : undefined;

/** Has a provider move money: the effect `key` is what it knows the call by. */
export const providerCall = (key: string, call: Omit<EffectCall, 'url' | 'inOrder'>): SentCommand => ({
  to: { type: 'effect', key },
  command: {
    type: 'RequestEffect',
    data: {
      call: { ...call, url: '', inOrder: false },
      ...{ maxAttempts: MAX_ATTEMPTS, firstRetryMs: FIRST_RETRY_MS, pausesMs: [] },
    },
  },
});

/** Ends a call: what it is for is known. */
export const settling = (key: string): SentCommand => ({
  to: { type: 'effect', key },
  command: { type: 'SettleEffect', data: {} },
});
