import type { Reaction, SentCommand } from '@orderloom/decider';
import type { EffectGivenUpData } from '../messages/generated/effect.ts';
import type { OrderCommand } from '../messages/generated/order.ts';
import type { EffectCall } from '../messages/generated/types.ts';
import type { TenantState } from '../tenant/state.ts';
import { askedLeg } from './asking-legs.ts';
import { askedPayment } from './asking-providers.ts';
import { leavingChain } from './leaving-chain.ts';
import type { EffectState } from './state.ts';

/** What an order is told of a call about it that was given up; `undefined`: nothing, the call waits for somebody. */
const toldOf = (call: EffectCall): OrderCommand | undefined => {
  switch (call.handler) {
    case 'payment-query': {
      const { paymentId, provider } = askedPayment(call);
      return { type: 'ReportPaymentUnknown', data: { paymentId, provider } };
    }
    case 'leg-freeze':
    case 'leg-capture': {
      const { billId, legId } = askedLeg(call);
      return { type: 'ReportLegFailed', data: { billId, legId, reason: 'given-up', unknown: true } };
    }
    default:
      return undefined;
  }
};

const sent = (to: string, command: OrderCommand): readonly SentCommand[] => [
  { to: { type: 'order', key: to }, command },
];

/** A call that was given up: nobody can tell what became of it, and the order says so, or lets go of what it may hold. */
export const reportingUnknown: Reaction<EffectState, EffectGivenUpData, TenantState> = {
  sends: [...leavingChain.EffectGivenUp.sends, 'ReportPaymentUnknown', 'ReportLegFailed'],
  react: (state, data, stream, context) => {
    const { call } = state;
    const told = call === null ? undefined : toldOf(call);
    return call === null || told === undefined
      ? leavingChain.EffectGivenUp.react(state, data, stream, context)
      : sent(call.subject, told);
  },
};
