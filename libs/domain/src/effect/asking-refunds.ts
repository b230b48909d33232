import type { Reaction, SentCommand } from '@orderloom/decider';
import type { RefundConfirmedData, RefundDueData } from '../messages/generated/order.ts';
import type { EffectCall, RefundLeg } from '../messages/generated/types.ts';
import { isChargedBack } from '../order/disputes.ts';
import { isAboutLeg } from '../order/refund-legs.ts';
import type { OrderState } from '../order/state.ts';
import type { TenantState } from '../tenant/state.ts';
import { refundKeyOf } from './effect-key.ts';
import { providerCall, providerOf, settling } from './provider-calls.ts';

// Money that is due goes back by itself where its provider takes that: one call for each payment that it goes back against.

const NOTHING: readonly SentCommand[] = [];

/** What goes back. */
export type AskedRefund = RefundLeg & { readonly refundId: string; readonly currency: string };

export const askedRefund = ({ data }: EffectCall): AskedRefund => JSON.parse(data) as AskedRefund;

const gives = (provider: string, tenant: TenantState): boolean =>
  providerOf(provider, tenant)?.refunds === true;

/** Begins a call for each leg whose provider gives money back. */
export const askRefund: Reaction<OrderState, RefundDueData, TenantState> = {
  sends: ['RequestEffect'],
  react: (state, { refundId, legs }, { key }, { global, version, recordedAt }) => {
    if (global.providers === undefined || isChargedBack(state, refundId)) return NOTHING;
    const { placed } = state;
    return legs.flatMap((leg, at) => {
      if (!gives(leg.provider, global)) return [];
      const { paymentId, provider, amount } = leg;
      const asked: AskedRefund = { refundId, paymentId, provider, amount, currency: placed.currency };
      return providerCall(refundKeyOf(key, refundId, provider, at + 1), {
        ...{ handler: 'payment-refund', name: provider, subject: key },
        ...{ eventType: 'RefundDue', eventVersion: version, at: recordedAt, data: JSON.stringify(asked) },
      });
    });
  },
};

/** Ends the calls of legs that are back, whoever says so: what an operator has given back must not go back again. */
export const settleRefund: Reaction<OrderState, RefundConfirmedData, TenantState> = {
  sends: ['SettleEffect'],
  react: (state, said, { key }, { global }) => {
    const { refundId } = said;
    if (global.providers === undefined || isChargedBack(state, refundId)) return NOTHING;
    const legs = state.money.refunds.find((one) => one.refundId === refundId)?.legs ?? [];
    return legs.flatMap((leg, at) =>
      isAboutLeg(said, leg) && gives(leg.provider, global)
        ? settling(refundKeyOf(key, refundId, leg.provider, at + 1))
        : [],
    );
  },
};
