import type { RefundConfirmedData } from '../messages/generated/order.ts';
import type { RefundLeg } from '../messages/generated/types.ts';
import type { Amount } from '../money.ts';
import { isSamePayment } from './payments.ts';
import type { Money, Payment, Refund } from './state.ts';

// A refund goes back the way the money came: against payments, never more than each of them brought.

/** What somebody says of a refund: it is about one payment, or about all that is not back yet. */
type Said = Pick<RefundConfirmedData, 'paymentId' | 'provider'>;

/** Whether what is said of a refund is about a leg of it. */
export const isAboutLeg = (
  { paymentId, provider }: Said,
  leg: Pick<RefundLeg, 'paymentId' | 'provider'>,
): boolean => paymentId === null || (leg.paymentId === paymentId && leg.provider === provider);

/** What of a refund is not back with the buyer, in minor units. */
export const dueOf = ({ amount, confirmed, legs }: Refund): Amount =>
  confirmed ? 0 : legs.reduce((left, leg) => (leg.confirmed ? left - leg.amount : left), amount);

/** What a payment brought and what neither went back against it nor is on its way, in minor units. */
export const leftOf = ({ refunds }: Money, payment: Payment): Amount =>
  refunds
    .flatMap(({ legs }) => legs)
    .filter((leg) => isSamePayment(leg, payment))
    .reduce((left, leg) => left - leg.amount, payment.paid + payment.surplus);

/** The place of a payment in what a tenant has said: the first word that is its provider or its kind, or behind them all. */
const rankOf = ({ provider, kind }: Payment, order: readonly string[]): number => {
  const rank = order.findIndex((word) => word === provider || word === kind);
  return rank < 0 ? order.length : rank;
};

/**
 * The payments that a refund goes back against, with the part of each; they sum to the amount wherever so much is left.
 * `order`: providers and kinds in whose order money goes back; of two alike the later payment comes first.
 */
export const refundLegs = (money: Money, amount: Amount, order: readonly string[]): readonly RefundLeg[] => {
  const legs: RefundLeg[] = [];
  let open = amount;
  const payments = money.payments.toReversed().sort((a, b) => rankOf(a, order) - rankOf(b, order));
  for (const payment of payments) {
    const part = Math.min(open, leftOf(money, payment));
    if (part <= 0) continue;
    const { paymentId, provider } = payment;
    legs.push({ paymentId, provider, amount: part });
    open -= part;
  }
  return legs;
};
