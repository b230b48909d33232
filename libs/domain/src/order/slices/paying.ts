import { accept, refuseContent, type Decision } from '@orderloom/decider';
import type { ConfirmPaymentData, OrderEvent } from '../../messages/generated/order.ts';
import { outstanding } from '../giving-back.ts';
import { everyLine } from '../lines.ts';
import type { CommandRules, EventFolds } from '../slice.ts';
import type { OrderState } from '../state.ts';
import { cancelledWhole } from './cancelling.ts';

// The provider says what became of a payment; what is not paid in time is cancelled, where the lifecycle says so.

const pay = (state: OrderState, data: ConfirmPaymentData): Decision<OrderEvent> => {
  const { currency } = state.placed;
  if (data.currency !== currency)
    return refuseContent(
      'currency-mismatch',
      `the order is in ${currency}, not in ${data.currency}`,
      '/currency',
    );
  const owed = outstanding(state);
  if (data.amount !== owed)
    return refuseContent('amount-mismatch', `${owed} is outstanding, not ${data.amount}`, '/amount');
  const { paymentId, amount, provider } = data;
  return accept({ type: 'PaymentConfirmed', data: { paymentId, amount, currency, provider } });
};

const timeOut = (state: OrderState): Decision<OrderEvent> => {
  const released = everyLine(state, (_line, counts) => counts.reserved);
  return accept({ type: 'PaymentTimedOut', data: { buyerId: state.placed.buyerId, released } });
};

export const payingCommands: CommandRules<'ConfirmPayment' | 'ReportPaymentFailure' | 'TimeOutPayment'> = {
  ConfirmPayment: { emits: ['PaymentConfirmed'], gate: ['PaymentConfirmed'], mayRefuse: true, decide: pay },
  ReportPaymentFailure: {
    emits: ['PaymentFailed'],
    gate: ['PaymentFailed'],
    mayRefuse: false,
    decide: (_state, { paymentId, provider, reason }) =>
      accept({ type: 'PaymentFailed', data: { paymentId, provider, reason } }),
  },
  TimeOutPayment: {
    emits: ['PaymentTimedOut'],
    gate: ['PaymentTimedOut'],
    mayRefuse: false,
    internal: true,
    decide: timeOut,
  },
};

export const payingEvents: EventFolds<
  'PaymentConfirmed' | 'PaymentFailed' | 'PaymentTimedOut' | 'PaymentVoided'
> = {
  PaymentConfirmed: ({ money }, { amount }) => ({
    money: { paid: money.paid + amount, reduced: money.reduced, refunds: money.refunds },
  }),
  PaymentFailed: () => ({}),
  PaymentTimedOut: cancelledWhole,
  PaymentVoided: () => ({}),
};
