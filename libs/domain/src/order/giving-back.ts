import type { OrderEvent } from '../messages/generated/order.ts';
import type { LineQuantity, RefundLeg } from '../messages/generated/types.ts';
import { type Amount, lineShares, type OrderMoney, shareOfUnits } from '../money.ts';
import { namedLines } from './lines.ts';
import { surplusOf } from './payments.ts';
import { refundLegs } from './refund-legs.ts';
import type { OrderContext } from './slice.ts';
import { type Money, type OrderState, untouched } from './state.ts';

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

/** What is to be paid of an order of which nothing is paid, if its money were this: all but the shares of units that are gone. */
export const owedWith = ({ lines }: OrderState, money: OrderMoney): Amount => {
  const shares = lineShares(money);
  return money.lines.reduce((owed, { quantity }, index) => {
    const { cancelled, returned } = lines[index] ?? untouched;
    return owed - shareOfUnits(shares[index] ?? 0, quantity, 0, cancelled + returned);
  }, money.total);
};

/** A new refund against the payments that are named. */
export const refundAgainst = (
  { money }: OrderState,
  amount: Amount,
  legs: readonly RefundLeg[],
): OrderEvent => ({
  type: 'RefundDue',
  data: { refundId: `refund-${money.refunds.length + 1}`, amount, legs },
});

/**
 * A new refund over an amount, against the payments that come first in the tenant's order; nothing where there is
 * nothing to give back.
 */
export const refundDue = (
  state: OrderState,
  amount: Amount,
  { global }: Pick<OrderContext, 'global'>,
): readonly OrderEvent[] =>
  amount === 0
    ? []
    : [refundAgainst(state, amount, refundLegs(state.money, amount, global.policy.refundOrder))];

/**
 * What follows for the money when units leave a living order: a refund where the order is paid; else, where nothing
 * is owed any more and the lifecycle has a word for it, the end of the debt.
 */
export const giveBack = (
  state: OrderState,
  amount: Amount,
  context: Pick<OrderContext, 'global' | 'may'>,
): readonly OrderEvent[] => {
  // Nothing is given back that never came: only what was no longer owed may have been paid.
  const { may } = context;
  if (may('RefundDue')) return refundDue(state, Math.min(amount, keptMoney(state)), context);
  const settled = amount > 0 && outstanding(state) === amount;
  return settled && may('PaymentVoided') ? [{ type: 'PaymentVoided', data: {} }] : [];
};

/** The money after units of a living order were given back: before payment less is owed; behind it nothing changes yet. */
export const reducedBy = (state: OrderState, amount: Amount): Money => {
  const { paid, reduced, refunds, payments } = state.money;
  return { paid, reduced: reduced + Math.min(amount, outstanding(state)), refunds, payments };
};
