import { accept, refuseContent, refuseState, type Decision } from '@orderloom/decider';
import type { IssueBillData, OrderEvent, VoidBillData } from '../../messages/generated/order.ts';
import { billNamed, openBill, paymentOfLeg, refuseBeside, voided, withBill } from '../bills.ts';
import { outstanding } from '../giving-back.ts';
import { isOpen, paymentNamed, refuseKnown, withPayment } from '../payments.ts';
import type { CommandRules, EventFolds, OrderContext } from '../slice.ts';
import type { OrderState } from '../state.ts';

// What is to be paid is divided among coupon, points, card: all of them are taken, or all are let go. A deposit and its
// balance are two bills, one behind the other.

/** A buyer who tries on and on must not make the order grow without end. */
const MOST_BILLS = 50;

const mismatch = (detail: string, pointer: string): Decision<never> =>
  refuseContent('bill-mismatch', detail, pointer);

/** Why the amounts of a bill are not what they must be; `undefined`: they are. */
const refuseAmounts = (state: OrderState, { purpose, amount, legs }: IssueBillData) => {
  const sum = legs.reduce((total, leg) => total + leg.amount, 0);
  if (sum !== amount) return mismatch(`the legs sum to ${sum}, the bill is over ${amount}`, '/legs');
  const owed = outstanding(state);
  if (purpose === 'deposit')
    return amount < owed
      ? undefined
      : mismatch(`a deposit is less than the ${owed} that are outstanding`, '/amount');
  return amount === owed ? undefined : mismatch(`${owed} is outstanding, not ${amount}`, '/amount');
};

const isDueRight = ({ purpose, balanceDue }: IssueBillData, now: number): boolean =>
  purpose === 'deposit' ? balanceDue !== null && balanceDue > now : balanceDue === null;

const refuseDue = (data: IssueBillData, now: number) =>
  isDueRight(data, now)
    ? undefined
    : refuseContent(
        'balance-due',
        'a deposit says until when the balance is to be paid, an instant to come; no other bill does',
        '/balanceDue',
      );

const issue = (state: OrderState, data: IssueBillData, context: OrderContext): Decision<OrderEvent> => {
  const { billId, purpose, amount, legs, balanceDue } = data;
  const { bills = [] } = state;
  const known = billNamed(state, billId);
  if (known) return refuseState('bill-known', `bill ${billId} is ${known.status} already`);
  if (bills.length >= MOST_BILLS)
    return refuseState('too-many-bills', `an order has ${MOST_BILLS} bills at most`);
  const payment = legs.map((leg) => paymentNamed(state, paymentOfLeg(billId, leg))).find((one) => one);
  if (payment) return refuseKnown(payment);
  const last = purpose !== 'deposit';
  if (!context.may(last ? 'BillIssued:last' : 'BillIssued'))
    return refuseState('not-allowed-now', 'the lifecycle of the order knows no deposits');
  return (
    refuseAmounts(state, data) ??
    refuseDue(data, context.now) ??
    accept({
      type: 'BillIssued',
      data: {
        ...{ billId, purpose, amount, legs, balanceDue, last },
        expires: context.now + context.global.policy.billTimeoutMs,
      },
    })
  );
};

const underWay = (state: OrderState): Decision<never> | undefined => {
  const bill = openBill(state);
  if (bill) return refuseBeside(bill);
  const payment = state.money.payments.find(isOpen);
  return payment
    ? refuseState(
        'payment-under-way',
        `payment ${payment.paymentId} of ${payment.provider} is under way; a bill can be issued once it is reported as failed`,
      )
    : undefined;
};

const end =
  (cause: string) =>
  (state: OrderState, { billId }: VoidBillData): Decision<OrderEvent> => {
    const bill = billNamed(state, billId);
    if (!bill) return refuseContent('unknown-bill', `the order has no bill ${billId}`, '/billId');
    return bill.status === 'open'
      ? accept(voided(bill, cause))
      : refuseState('bill-known', `bill ${billId} is ${bill.status} already`);
  };

export const billingCommands: CommandRules<'IssueBill' | 'VoidBill' | 'TimeOutBill'> = {
  IssueBill: {
    emits: ['BillIssued', 'VerdictGiven', 'OrderHeld'],
    gate: ['BillIssued', 'BillIssued:last'],
    shutBy: underWay,
    mayRefuse: true,
    decide: issue,
  },
  VoidBill: { emits: ['BillVoided'], gate: ['BillVoided'], mayRefuse: true, decide: end('asked') },
  TimeOutBill: {
    emits: ['BillVoided'],
    gate: ['BillVoided'],
    mayRefuse: true,
    internal: true,
    decide: end('expired'),
  },
};

export const billingEvents: EventFolds<'BillIssued' | 'BillVoided' | 'BillPaid'> = {
  BillIssued: ({ bills = [] }, { billId, purpose, amount, legs, expires, balanceDue }) => ({
    bills: [
      ...bills,
      {
        ...{ billId, purpose, amount, expires, balanceDue, status: 'open' },
        legs: legs.map((leg) => ({ ...leg, status: 'asked' })),
      },
    ],
  }),
  BillVoided: (state, { billId, release }) =>
    withBill(state, billId, (bill) => ({
      ...bill,
      status: 'void',
      legs: bill.legs.map((leg) =>
        release.some(({ legId }) => legId === leg.legId) ? { ...leg, status: 'releasing' } : leg,
      ),
    })),
  BillPaid: (state, { billId, amount, legs }) => {
    const paid = legs.reduce(
      (money, leg) =>
        withPayment(money, paymentOfLeg(billId, leg), {
          ...{ status: 'confirmed', amount: leg.amount, paid: leg.amount, kind: leg.kind },
        }),
      state.money,
    );
    return {
      money: { ...paid, paid: state.money.paid + amount },
      ...withBill(state, billId, (bill) => ({ ...bill, status: 'paid' })),
    };
  },
};
