import type { OrderEvent } from '../messages/generated/order.ts';
import type { LineQuantity } from '../messages/generated/types.ts';
import { type Amount, lineShares, shareOfUnits } from '../money.ts';
import { namedLines } from './lines.ts';
import { surplusOf } from './payments.ts';
import type { Money, OrderState } from './state.ts';

/** What is still to be paid, in minor units. */
export const outstanding = ({ placed, money }: OrderState): Amount =>
  placed.total - money.reduced - money.paid;

/** What was paid and is neither back nor on its way back. */
export const keptMoney = ({ money }: OrderState): Amount =>
  money.refunds.reduce((kept, refund) => kept - refund.amount, money.paid + surplusOf(money));

/** The exact share of the total that the named units have, behind what was given back of their lines before. */
export const shareOf = (state: OrderState, named: readonly LineQuantity[]): Amount => {
  const shares = lineShares(state.placed);
  let sum = 0;
  for (const { line, counts, quantity } of namedLines(state, named)) {
    const share = shares[state.placed.lines.indexOf(line)] ?? 0;
    sum += shareOfUnits(share, line.quantity, counts.cancelled + counts.returned, quantity);
  }
  return sum;
};

/** A new refund over an amount; nothing where there is nothing to give back. */
export const refundDue = (state: OrderState, amount: Amount): readonly OrderEvent[] =>
  amount === 0
    ? []
    : [{ type: 'RefundDue', data: { refundId: `refund-${state.money.refunds.length + 1}`, amount } }];

/**
 * What follows for the money when units leave a living order: a refund where the order is paid; else, where nothing
 * is owed any more and the lifecycle has a word for it, the end of the debt.
 */
export const giveBack = (
  state: OrderState,
  amount: Amount,
  may: (symbol: string) => boolean,
): readonly OrderEvent[] => {
  // Nothing is given back that never came: only what was no longer owed may have been paid.
  if (may('RefundDue')) return refundDue(state, Math.min(amount, keptMoney(state)));
  const settled = amount > 0 && outstanding(state) === amount;
  return settled && may('PaymentVoided') ? [{ type: 'PaymentVoided', data: {} }] : [];
};

/** The money after units of a living order were given back: before payment less is owed; behind it nothing changes yet. */
export const reducedBy = (state: OrderState, amount: Amount): Money => {
  const { paid, reduced, refunds, payments } = state.money;
  return { paid, reduced: reduced + Math.min(amount, outstanding(state)), refunds, payments };
};
