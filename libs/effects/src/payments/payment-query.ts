import { askedPayment } from '@orderloom/domain';
import { saying, type Send } from '../attempt.ts';
import type { CallOutcome, EffectHandler } from '../effect-handler.ts';
import { PROVIDER_ROOM, providerFor, type ProviderAccounts } from './provider-accounts.ts';
import { tellOrder } from './telling-order.ts';

const stillOpen = (code: string): CallOutcome => ({ outcome: 'failed', code });

/**
 * Asks a provider what became of a payment, and tells the order. An outcome that is not there yet is an attempt that has
 * failed: the pauses between the questions are the effect's. Asking again harms nobody, so it has no `query`.
 */
export const paymentQueryHandler = ({
  accounts,
  send,
}: {
  readonly accounts: ProviderAccounts;
  readonly send: Send;
}): EffectHandler => ({
  targetOf: ({ name }) => name,
  room: PROVIDER_ROOM,
  perform: async (call, signal) => {
    const provider = providerFor(accounts, call);
    if (provider === undefined) return { outcome: 'refused', code: 'no-such-provider' };
    const asked = askedPayment(call);
    const answer = await provider.paymentOf(asked.paymentId, signal);
    switch (answer.status) {
      case 'paid':
      case 'failed':
        return tellOrder(saying(send, call, signal), call.subject, asked, answer);
      case 'silent':
        return stillOpen(answer.code);
      case 'pending':
      case 'unknown':
        return stillOpen(answer.status);
    }
  },
});
