import { askedPayment } from '@orderloom/domain';
import { saying } from '../attempt.ts';
import type { CallOutcome, EffectHandler } from '../effect-handler.ts';
import { NO_PROVIDER } from './call-outcomes.ts';
import { noted, type Journal } from './journal.ts';
import { PROVIDER_ROOM, providerFor, type ProviderAccounts } from './provider-accounts.ts';
import { tellOrder } from './telling-order.ts';

const stillOpen = (code: string): CallOutcome => ({ outcome: 'failed', code });

/**
 * Asks a provider what became of a payment, and tells the order. An outcome that is not there yet is an attempt that has
 * failed: the pauses between the questions are the effect's. Asking again harms nobody, so it has no `query`.
 */
export const paymentQueryHandler = ({
  accounts,
  ...journal
}: Journal & { readonly accounts: ProviderAccounts }): EffectHandler => ({
  targetOf: ({ name }) => name,
  room: PROVIDER_ROOM,
  perform: async (call, signal) => {
    const provider = providerFor(accounts, call);
    if (provider === undefined) return NO_PROVIDER;
    const asked = askedPayment(call);
    const answer = await noted(journal, { call, signal, kind: 'payment' }, (heard) =>
      provider.paymentOf(asked.paymentId, signal, heard),
    );
    switch (answer.status) {
      case 'paid':
      case 'failed':
        return tellOrder(saying(journal.send, call, signal), call.subject, asked, answer);
      case 'silent':
        return stillOpen(answer.code);
      case 'pending':
      case 'unknown':
        return stillOpen(answer.status);
    }
  },
});
