import { accept, refuseContent, refuseState, type Decision } from '@orderloom/decider';
import type { ConfirmRefundData, OrderEvent, RefundDueData } from '../../messages/generated/order.ts';
import type { Amount } from '../../money.ts';
import { dueOf, isAboutLeg, refundLegs } from '../refund-legs.ts';
import type { CommandRules, EventFolds } from '../slice.ts';
import type { Money, OrderState, Refund } from '../state.ts';

// Money that is due goes back to the buyer, against the payments that brought it; their providers say when it has.

type Said = Pick<ConfirmRefundData, 'paymentId' | 'provider'>;

const confirmedIn = (refund: Refund, said: Said): Refund => {
  const legs = refund.legs.map((leg) => (isAboutLeg(said, leg) ? { ...leg, confirmed: true } : leg));
  const confirmed = said.paymentId === null || legs.every((leg) => leg.confirmed);
  return { ...refund, legs, confirmed };
};

/** What the confirmation must be over: one leg, or whatever of the refund is not back yet. */
const expectedOf = (refund: Refund, said: Said): Amount | Decision<never> => {
  const { refundId, legs } = refund;
  if (said.paymentId === null) return dueOf(refund);
  const leg = legs.find((one) => isAboutLeg(said, one));
  if (!leg) {
    const known = legs.map(({ paymentId, provider }) => `${paymentId} of ${provider}`).join(', ');
    return refuseContent('unknown-payment', `${refundId} goes back against ${known}`, '/paymentId');
  }
  if (!leg.confirmed) return leg.amount;
  return refuseState('refund-confirmed', `${refundId} is back against ${leg.paymentId} already`);
};

const confirm = (state: OrderState, data: ConfirmRefundData): Decision<OrderEvent> => {
  const { refundId, amount, paymentId, provider } = data;
  const { refunds } = state.money;
  const refund = refunds.find((one) => one.refundId === refundId);
  if (!refund) return refuseContent('unknown-refund', `the order has no refund ${refundId}`, '/refundId');
  if (refund.confirmed) return refuseState('refund-confirmed', `${refundId} is back with the buyer already`);
  const expected = expectedOf(refund, data);
  if (typeof expected !== 'number') return expected;
  if (amount !== expected)
    return refuseContent('amount-mismatch', `${refundId} is over ${expected}, not ${amount}`, '/amount');
  const last = refunds.every((one) => (one === refund ? confirmedIn(one, data).confirmed : one.confirmed));
  return accept({ type: 'RefundConfirmed', data: { refundId, amount, paymentId, provider, last } });
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

/** The money behind a refund that is due. */
export const withRefundDue = (money: Money, { refundId, amount, legs }: RefundDueData): Money => {
  // Before refunds named payments they went back as they do where a tenant has said nothing.
  const named = legs.length > 0 ? legs : refundLegs(money, amount, []);
  const refund = {
    ...{ refundId, amount, confirmed: false },
    legs: named.map((leg) => ({ ...leg, confirmed: false })),
  };
  return withRefunds(money, [...money.refunds, refund]);
};

export const refundingEvents: EventFolds<'RefundDue' | 'RefundConfirmed'> = {
  RefundDue: ({ money }, data) => ({ money: withRefundDue(money, data) }),
  RefundConfirmed: ({ money }, data) => ({
    money: withRefunds(
      money,
      money.refunds.map((one) => (one.refundId === data.refundId ? confirmedIn(one, data) : one)),
    ),
  }),
};
