import type { Amount } from '../money.ts';
import type { Dispute, Money, OrderState } from './state.ts';

// Money that is disputed is kept where it is until somebody has decided.

type Disputed = Pick<OrderState, 'disputes'>;

const NONE: readonly Dispute[] = [];

/** Every dispute that there ever was of the order. */
export const disputesOf = ({ disputes = NONE }: Disputed): readonly Dispute[] => disputes;

const isOpen = ({ status }: Dispute): boolean => status === 'open';

const openDisputes = (state: Disputed): readonly Dispute[] => disputesOf(state).filter(isOpen);

/** Whether somebody has to decide a dispute of the order. */
export const isDisputed = (state: Disputed): boolean => disputesOf(state).some(isOpen);

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
export const isChargedBack = (state: Disputed, refundId: string): boolean =>
  disputesOf(state).some((one) => one.refundId === refundId && one.by === 'provider');
