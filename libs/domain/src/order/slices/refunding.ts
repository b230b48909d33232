import { accept, refuseContent, refuseState, type Decision } from '@orderloom/decider';
import type { ConfirmRefundData, OrderEvent } from '../../messages/generated/order.ts';
import type { CommandRules, EventFolds } from '../slice.ts';
import type { Money, OrderState, Refund } from '../state.ts';

// Money that is due goes back to the buyer; the provider says when it has.

const confirm = (state: OrderState, { refundId, amount }: ConfirmRefundData): Decision<OrderEvent> => {
  const { refunds } = state.money;
  const refund = refunds.find((one) => one.refundId === refundId);
  if (!refund) return refuseContent('unknown-refund', `the order has no refund ${refundId}`, '/refundId');
  if (refund.confirmed) return refuseState('refund-confirmed', `${refundId} is back with the buyer already`);
  if (amount !== refund.amount)
    return refuseContent('amount-mismatch', `${refundId} is over ${refund.amount}, not ${amount}`, '/amount');
  const last = refunds.every((one) => one === refund || one.confirmed);
  return accept({ type: 'RefundConfirmed', data: { refundId, amount, last } });
};

export const refundingCommands: CommandRules<'ConfirmRefund'> = {
  ConfirmRefund: {
    emits: ['RefundConfirmed'],
    gate: ['RefundConfirmed', 'RefundConfirmed:last'],
    mayRefuse: true,
    decide: confirm,
  },
};

const withRefunds = ({ paid, reduced, payments }: Money, refunds: readonly Refund[]): Money => ({
  paid,
  reduced,
  refunds,
  payments,
});

export const refundingEvents: EventFolds<'RefundDue' | 'RefundConfirmed'> = {
  RefundDue: ({ money }, { refundId, amount }) => ({
    money: withRefunds(money, [...money.refunds, { refundId, amount, confirmed: false }]),
  }),
  RefundConfirmed: ({ money }, { refundId }) => ({
    money: withRefunds(
      money,
      money.refunds.map((one) => (one.refundId === refundId ? { ...one, confirmed: true } : one)),
    ),
  }),
};
