import { askedRefund, type AskedRefund, type OrderCommand } from '@orderloom/domain';
import type { RefundAnswer } from '@orderloom/engine';
import { saying, type Say } from '../attempt.ts';
import type { CallOutcome, CallToMake, EffectHandler } from '../effect-handler.ts';
import { NO_PROVIDER, silenceOf, toldAs } from './call-outcomes.ts';
import { noted, type Journal } from './journal.ts';
import { PROVIDER_ROOM, providerFor, type ProviderAccounts } from './provider-accounts.ts';

/** Tells the order that the money is back. */
const confirm = async (say: Say, orderId: string, asked: AskedRefund): Promise<CallOutcome> => {
  const { refundId, amount, paymentId, provider } = asked;
  const command = { type: 'ConfirmRefund', data: { refundId, amount, paymentId, provider } } as const;
  const told = await say<OrderCommand>({ type: 'order', key: orderId }, { ...command, key: 'refunded' });
  return toldAs('refunded', told, 'refund-confirmed');
};

/**
 * Has money go back against one payment; the effect's id is the provider's key, in every attempt. A provider that has
 * taken it and is not done is asked again, as is one that has not answered; one that refuses it, or has given back
 * something else, needs a person.
 */
export const paymentRefundHandler = ({
  accounts,
  ...journal
}: Journal & { readonly accounts: ProviderAccounts }): EffectHandler => {
  const outcomeOf = async (
    call: CallToMake,
    answer: Exclude<RefundAnswer, { readonly status: 'unknown' }>,
    signal: AbortSignal,
  ): Promise<CallOutcome> => {
    switch (answer.status) {
      case 'refunded': {
        const asked = askedRefund(call);
        const isIt = answer.amount === asked.amount && answer.currency === asked.currency;
        return isIt
          ? confirm(saying(journal.send, call, signal), call.subject, asked)
          : { outcome: 'refused', code: 'refund-mismatch' };
      }
      case 'failed':
        return { outcome: 'refused', code: 'refund-failed' };
      case 'pending':
        return { outcome: 'unknown', code: 'pending' };
      case 'silent':
        return silenceOf(answer);
    }
  };
  return {
    targetOf: ({ name }) => name,
    room: PROVIDER_ROOM,
    perform: async (call, signal) => {
      const provider = providerFor(accounts, call);
      if (provider === undefined) return NO_PROVIDER;
      const { paymentId, amount, currency } = askedRefund(call);
      const refund = { key: call.effectId, paymentId, amount, currency };
      const answer = await noted(journal, { call, signal, kind: 'refund' }, (heard) =>
        provider.refund(refund, signal, heard),
      );
      return answer.status === 'unknown'
        ? { outcome: 'refused', code: 'unknown-payment' }
        : outcomeOf(call, answer, signal);
    },
    query: async (call, signal) => {
      const provider = providerFor(accounts, call);
      if (provider === undefined) return NO_PROVIDER;
      const answer = await noted(journal, { call, signal, kind: 'refund-query' }, (heard) =>
        provider.refundOf(call.effectId, signal, heard),
      );
      return answer.status === 'unknown' ? undefined : outcomeOf(call, answer, signal);
    },
  };
};
