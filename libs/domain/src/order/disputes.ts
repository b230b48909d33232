import type { Amount } from '../money.ts';
import type { Dispute, Money, OrderState } from './state.ts';

// Money that is disputed is kept where it is until somebody has decided.

type Disputed = Pick<OrderState, 'disputes'>;

const NONE: readonly Dispute[] = [];

const openDisputes = ({ disputes }: Disputed): readonly Dispute[] =>
  disputes === undefined ? NONE : disputes.filter(({ status }) => status === 'open');

/** Whether somebody has to decide a dispute of the order. */
export const isDisputed = (state: Disputed): boolean => openDisputes(state).length > 0;

/** What is kept for open disputes, in minor units. */
export const disputedMoney = (state: Disputed): Amount =>
  openDisputes(state).reduce((sum, { amount }) => sum + amount, 0);

/** The order's money as others may use it: what is disputed of a payment has as good as gone back. */
export const freeMoney = (state: OrderState): Money => {
  const kept = openDisputes(state).flatMap(({ disputeId, amount, payment }) =>
    payment === null
      ? []
      : [{ refundId: disputeId, amount, confirmed: false, legs: [{ ...payment, amount, confirmed: false }] }],
  );
  return kept.length === 0 ? state.money : { ...state.money, refunds: [...state.money.refunds, ...kept] };
};

/** Whether the provider of a payment has taken the money of a refund already, by a dispute that it has won. */
export const isChargedBack = ({ disputes }: Disputed, refundId: string): boolean =>
  disputes !== undefined && disputes.some((one) => one.refundId === refundId && one.by === 'provider');
