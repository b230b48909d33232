import { refuseState, type Decision } from '@orderloom/decider';
import type { OrderEvent, RefundDue } from '../messages/generated/order.ts';
import type { LineQuantity, RefundLeg } from '../messages/generated/types.ts';
import { type Amount, lineShares, type OrderMoney, shareOfUnits } from '../money.ts';
import { disputedMoney, freeMoney } from './disputes.ts';
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
): RefundDue => ({
  type: 'RefundDue',
  data: { refundId: `refund-${money.refunds.length + 1}`, amount, legs },
});

/** A new refund over an amount, around what is disputed, against the payments that come first in the tenant's order. */
export const refundOf = (
  state: OrderState,
  amount: Amount,
  { global }: Pick<OrderContext, 'global'>,
): RefundDue => refundAgainst(state, amount, refundLegs(freeMoney(state), amount, global.policy.refundOrder));

/** What of an amount would have to come out of disputed money, and is not withheld already. */
const toWithhold = (state: OrderState, amount: Amount): Amount => {
  const disputed = disputedMoney(state);
  if (disputed === 0) return 0;
  const lacking = amount - (keptMoney(state) - disputed);
  return Math.max(0, Math.min(lacking, disputed - (state.withheld ?? 0)));
};

/** An amount goes back to the buyer: as much as is not disputed now, the rest once that is decided. */
export const refundDue = (
  state: OrderState,
  amount: Amount,
  context: Pick<OrderContext, 'global'>,
): readonly OrderEvent[] => {
  const now = Math.min(amount, keptMoney(state) - disputedMoney(state));
  const later = toWithhold(state, amount);
  return [
    ...(now > 0 ? [refundOf(state, now, context)] : []),
    ...(later > 0 ? [{ type: 'RefundWithheld', data: { amount: later } } as const] : []),
  ];
};

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

/**
 * What was decided, unless somebody asks for disputed money. What the engine itself has to do, a deadline or a fact from a
 * warehouse, is never refused because of a dispute: it happens, and its money waits.
 */
export const refuseDisputed = (
  state: OrderState,
  { internal = false }: { readonly internal?: boolean },
  decision: Decision<OrderEvent>,
): Decision<OrderEvent> =>
  state.disputes !== undefined &&
  !internal &&
  decision.outcome === 'accepted' &&
  decision.events.some(({ type }) => type === 'RefundWithheld')
    ? refuseState(
        'money-disputed',
        `${disputedMoney(state)} of the order's money is disputed; what would be given back of it waits for the decision`,
      )
    : decision;
