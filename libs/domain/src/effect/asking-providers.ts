import type { Reaction, SentCommand } from '@orderloom/decider';
import type { PaymentStartedData } from '../messages/generated/order.ts';
import type { EffectCall } from '../messages/generated/types.ts';
import { paymentNamed } from '../order/payments.ts';
import type { OrderState, Payment } from '../order/state.ts';
import type { TenantState } from '../tenant/state.ts';
import { queryKeyOf } from './effect-key.ts';
import { providerOf, settling } from './provider-calls.ts';

// A payment that has started at a registered provider is asked about, unless its outcome comes by itself.

const NOTHING: readonly SentCommand[] = [];

/** What the question is about. */
export type AskedPayment = Pick<PaymentStartedData, 'paymentId' | 'provider' | 'amount' | 'currency'>;

export const askedPayment = ({ data }: EffectCall): AskedPayment => JSON.parse(data) as AskedPayment;

/** Begins the question, with the pauses that the tenant has for this provider now. */
export const askProvider: Reaction<OrderState, PaymentStartedData, TenantState> = {
  sends: ['RequestEffect'],
  react: (_state, data, { key }, { global, version, recordedAt }) => {
    const provider = providerOf(data.provider, global);
    if (provider === undefined) return NOTHING;
    const { paymentId, amount, currency } = data;
    const asked: AskedPayment = { paymentId, provider: data.provider, amount, currency };
    const call: EffectCall = {
      ...{ handler: 'payment-query', name: provider.name, url: '', subject: key, inOrder: false },
      ...{ eventType: 'PaymentStarted', eventVersion: version, at: recordedAt, data: JSON.stringify(asked) },
    };
    const pausesMs = [provider.silenceMs, ...provider.pausesMs];
    const rules = { maxAttempts: pausesMs.length, firstRetryMs: provider.silenceMs, pausesMs };
    return [
      {
        to: { type: 'effect', key: queryKeyOf(key, version, provider.name) },
        command: { type: 'RequestEffect', data: { call, ...rules } },
      },
    ];
  },
};

/** Ends the question: what became of the payment is known. */
export const settleQuery: Reaction<OrderState, Pick<Payment, 'paymentId' | 'provider'>, TenantState> = {
  sends: ['SettleEffect'],
  react: (state, data, { key }, { global }) => {
    if (providerOf(data.provider, global) === undefined) return NOTHING;
    const started = paymentNamed(state, data)?.started;
    if (started === undefined) return NOTHING;
    return [settling(queryKeyOf(key, started, data.provider))];
  },
};
