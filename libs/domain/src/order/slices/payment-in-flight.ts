import { accept, refuseContent, refuseState, type Decision } from '@orderloom/decider';
import type {
  OrderEvent,
  ReportPaymentMismatchData,
  ReportPaymentUnknownData,
  StartPaymentData,
} from '../../messages/generated/order.ts';
import { outstanding } from '../giving-back.ts';
import { openBill, refuseBeside, refuseLeg } from '../bills.ts';
import { isOpen, isReceived, mismatchOf, paymentNamed, refuseKnown, withPayment } from '../payments.ts';
import type { CommandRules, EventFolds, OrderContext } from '../slice.ts';
import type { OrderState } from '../state.ts';

// A payment is under way at a provider. Its outcome comes by the provider's callback, by asking, or from the buyer's page,
// in any order and any number of times; where nobody can tell it, a person has to find out.

const start = (state: OrderState, data: StartPaymentData): Decision<OrderEvent> => {
  const known = paymentNamed(state, data);
  if (known) return refuseKnown(known);
  const { paymentId, provider, amount, currency } = data;
  return (
    refuseLeg(state, data) ??
    mismatchOf(state, data, outstanding(state)) ??
    accept({ type: 'PaymentStarted', data: { paymentId, provider, amount, currency } })
  );
};

/** Two payments of one order at a time are how it is paid twice. */
const underWay = (state: OrderState, may: OrderContext['may']): Decision<never> | undefined => {
  const bill = openBill(state);
  if (bill) return refuseBeside(bill);
  const open = state.money.payments.find(isOpen);
  if (!open || !may('PaymentConfirmed')) return undefined;
  return refuseState(
    'payment-under-way',
    `payment ${open.paymentId} of ${open.provider} is under way; another one can start once this one is reported as failed`,
  );
};

const unknown = (
  state: OrderState,
  { paymentId, provider }: ReportPaymentUnknownData,
): Decision<OrderEvent> => {
  const known = paymentNamed(state, { paymentId, provider });
  if (!known)
    return refuseContent(
      'unknown-payment',
      `the order knows of no payment ${paymentId} of ${provider}`,
      '/paymentId',
    );
  return known.status === 'started'
    ? accept({ type: 'PaymentUnknown', data: { paymentId, provider } })
    : refuseKnown(known);
};

const mismatch = (
  state: OrderState,
  { paymentId, provider, amount, currency }: ReportPaymentMismatchData,
  { may }: OrderContext,
): Decision<OrderEvent> => {
  const known = paymentNamed(state, { paymentId, provider });
  if (known && (isReceived(known) || known.status === 'mismatched')) return refuseKnown(known);
  const said = { paymentId, provider, amount, currency };
  const leg = refuseLeg(state, said);
  if (leg) return leg;
  if (!mismatchOf(state, said, may('PaymentConfirmed') ? outstanding(state) : undefined))
    return refuseContent('payment-matches', 'this is what is expected; confirm the payment', '/amount');
  return accept({ type: 'PaymentMismatchReported', data: said });
};

export const paymentInFlightCommands: CommandRules<
  'StartPayment' | 'ReportPaymentUnknown' | 'ReportPaymentMismatch'
> = {
  StartPayment: {
    emits: ['PaymentStarted', 'VerdictGiven', 'OrderHeld'],
    gate: ['PaymentStarted'],
    shutBy: underWay,
    mayRefuse: true,
    decide: start,
  },
  ReportPaymentUnknown: {
    emits: ['PaymentUnknown'],
    gate: ['PaymentUnknown'],
    mayRefuse: true,
    decide: unknown,
  },
  ReportPaymentMismatch: {
    emits: ['PaymentMismatchReported', 'BillVoided'],
    gate: ['PaymentMismatchReported'],
    mayRefuse: true,
    decide: mismatch,
  },
};

export const paymentInFlightEvents: EventFolds<
  'PaymentStarted' | 'PaymentUnknown' | 'PaymentMismatchReported'
> = {
  PaymentStarted: ({ money }, data, { version }) => ({
    money: withPayment(money, data, { status: 'started', amount: data.amount, started: version }),
  }),
  PaymentUnknown: ({ money }, data) => ({ money: withPayment(money, data, { status: 'unknown' }) }),
  PaymentMismatchReported: ({ money }, data) => ({
    money: withPayment(money, data, { status: 'mismatched' }),
  }),
};
