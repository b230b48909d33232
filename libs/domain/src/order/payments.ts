import { refuseContent, refuseState, type Decision } from '@orderloom/decider';
import type { Amount } from '../money.ts';
import type { Money, OrderState, Payment } from './state.ts';

// What an order knows of its payments. A provider gives each a name of its own; said again, it is the same payment.

/** A buyer who tries on and on must not make the order grow without end: of failures the last ones are known. */
const FAILURES_KNOWN = 20;

type Named = Pick<Payment, 'paymentId' | 'provider'>;

/** Whether both name the same payment. */
export const isSamePayment = (one: Named, other: Named): boolean =>
  one.paymentId === other.paymentId && one.provider === other.provider;

export const paymentNamed = ({ money }: OrderState, named: Named): Payment | undefined =>
  money.payments.find((one) => isSamePayment(one, named));

/** The order has its money: nothing else can become of it. */
export const isReceived = ({ status }: Payment): boolean => status === 'confirmed' || status === 'surplus';

/** It is not known yet what became of it. */
export const isOpen = (payment: Payment): boolean => payment.status !== 'failed' && !isReceived(payment);

/** Somebody has to find out what became of it: nobody else will. */
export const isUnclear = ({ status }: Payment): boolean => status === 'unknown' || status === 'mismatched';

/** What came beyond what the order cost, in minor units; a refund over it is due, or was. */
export const surplusOf = ({ payments }: Money): Amount =>
  payments.reduce((sum, { surplus }) => sum + surplus, 0);

/** A payment that is said once more, with nothing new. */
export const refuseKnown = ({ paymentId, provider, status }: Payment): Decision<never> =>
  refuseState('payment-known', `payment ${paymentId} of ${provider} is recorded as ${status} already`);

/**
 * Why money is not what the order expects, as a rejection; `undefined`: it is. `owed`: what the order waits for; without
 * it, it waits for nothing, and any money is what it is.
 */
export const mismatchOf = (
  state: OrderState,
  said: Named & { readonly amount: Amount; readonly currency: string },
  owed: Amount | undefined,
): Decision<never> | undefined => {
  const { currency } = state.placed;
  if (said.currency !== currency)
    return refuseContent(
      'currency-mismatch',
      `the order is in ${currency}, not in ${said.currency}`,
      '/currency',
    );
  const agreed = paymentNamed(state, said)?.amount ?? owed;
  if (agreed === undefined || said.amount === agreed || said.amount === owed) return undefined;
  const expected = agreed === owed ? `${agreed} is outstanding` : `the payment is over ${agreed}`;
  return refuseContent('amount-mismatch', `${expected}, not ${said.amount}`, '/amount');
};

/** The money with what is known of one payment changed, or with one payment more. */
export const withPayment = (money: Money, named: Named, change: Partial<Payment>): Money => {
  const { paid, reduced, refunds, payments } = money;
  const { paymentId, provider } = named;
  const known = payments.find((one) => isSamePayment(one, named));
  const now: Payment = {
    ...(known ?? { paymentId, provider, amount: null, status: 'started', paid: 0, surplus: 0 }),
    ...change,
  };
  const all = known ? payments.map((one) => (one === known ? now : one)) : [...payments, now];
  return { paid, reduced, refunds, payments: withoutOldFailures(all) };
};

const withoutOldFailures = (payments: readonly Payment[]): readonly Payment[] => {
  const failed = payments.filter(({ status }) => status === 'failed');
  if (failed.length <= FAILURES_KNOWN) return payments;
  return payments.filter((one) => one !== failed[0]);
};
