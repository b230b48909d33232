import { accept, refuseContent, type Decision } from '@orderloom/decider';
import type {
  ConfirmPaymentData,
  OrderEvent,
  ReportPaymentFailureData,
} from '../../messages/generated/order.ts';
import { refuseLeg } from '../bills.ts';
import { keptMoney, outstanding, refundAgainst, refundDue } from '../giving-back.ts';
import { everyLine } from '../lines.ts';
import {
  isOpen,
  isReceived,
  mismatchOf,
  paymentNamed,
  refuseKnown,
  surplusOf,
  withPayment,
} from '../payments.ts';
import { allPartsReduced } from '../parts.ts';
import type { CommandRules, EventFolds, OrderContext } from '../slice.ts';
import type { OrderState } from '../state.ts';
import { cancelledWhole } from './cancelling.ts';

// The provider says what became of a payment; what is not paid in time is cancelled, where the lifecycle says so. Money
// that is there is never refused: what the order has no use for goes back.

const surplus = (state: OrderState, data: ConfirmPaymentData): Decision<OrderEvent> => {
  const { paymentId, amount, currency, provider } = data;
  if (amount === 0) return refuseContent('amount-mismatch', 'nothing is outstanding', '/amount');
  const { money } = state;
  if (!Number.isSafeInteger(money.paid + surplusOf(money) + amount))
    return refuseContent('amount-too-large', 'amounts go up to 9007199254740991 minor units', '/amount');
  return accept<OrderEvent>(
    { type: 'SurplusReceived', data: { paymentId, amount, currency, provider } },
    refundAgainst(state, amount, [{ paymentId, provider, amount }]),
  );
};

const pay = (state: OrderState, data: ConfirmPaymentData, { may }: OrderContext): Decision<OrderEvent> => {
  const known = paymentNamed(state, data);
  if (known && isReceived(known)) return refuseKnown(known);
  const waits = may('PaymentConfirmed');
  const owed = outstanding(state);
  const refusal = refuseLeg(state, data) ?? mismatchOf(state, data, waits ? owed : undefined);
  if (refusal) return refusal;
  if (!waits) return surplus(state, data);
  const { paymentId, amount, currency, provider } = data;
  const confirmed = {
    type: 'PaymentConfirmed',
    data: { paymentId, amount: owed, currency, provider },
  } as const;
  if (amount === owed) return accept<OrderEvent>(confirmed);
  // Less is owed than when it was started.
  const over = { paymentId, amount: amount - owed, currency, provider };
  return accept<OrderEvent>(
    confirmed,
    { type: 'SurplusReceived', data: over },
    refundAgainst(state, over.amount, [{ paymentId, provider, amount: over.amount }]),
  );
};

const fail = (
  state: OrderState,
  { paymentId, provider, reason }: ReportPaymentFailureData,
  { may }: OrderContext,
): Decision<OrderEvent> => {
  const known = paymentNamed(state, { paymentId, provider });
  if (known && !isOpen(known)) return refuseKnown(known);
  if (!known && !may('PaymentConfirmed'))
    return refuseContent(
      'unknown-payment',
      `the order knows of no payment ${paymentId} of ${provider}, and waits for none`,
      '/paymentId',
    );
  const last =
    known !== undefined &&
    may('PaymentFailed:last') &&
    state.money.payments.every((one) => one === known || !isOpen(one));
  return accept({ type: 'PaymentFailed', data: { paymentId, provider, reason, last } });
};

const timeOut = (state: OrderState, _data: object, context: OrderContext): Decision<OrderEvent> => {
  const released = everyLine(state, (_line, counts) => counts.reserved);
  return accept<OrderEvent>(
    ...allPartsReduced(state, context.stream.key),
    { type: 'PaymentTimedOut', data: { buyerId: state.placed.buyerId, released } },
    // A deposit whose balance never came.
    ...refundDue(state, keptMoney(state), context),
  );
};

export const payingCommands: CommandRules<'ConfirmPayment' | 'ReportPaymentFailure' | 'TimeOutPayment'> = {
  ConfirmPayment: {
    emits: [
      'PaymentConfirmed',
      'SurplusReceived',
      'RefundDue',
      'BillVoided',
      'OrderHeld',
      'ReservationRequested',
      'FulfilmentRequested',
    ],
    gate: ['PaymentConfirmed', 'SurplusReceived'],
    mayRefuse: true,
    decide: pay,
  },
  ReportPaymentFailure: {
    emits: ['PaymentFailed'],
    gate: ['PaymentFailed'],
    mayRefuse: true,
    decide: fail,
  },
  TimeOutPayment: {
    emits: ['FulfilmentReduced', 'PaymentTimedOut', 'RefundDue', 'RefundWithheld'],
    gate: ['PaymentTimedOut'],
    mayRefuse: false,
    internal: true,
    decide: timeOut,
  },
};

export const payingEvents: EventFolds<
  'PaymentConfirmed' | 'SurplusReceived' | 'PaymentFailed' | 'PaymentTimedOut' | 'PaymentVoided'
> = {
  PaymentConfirmed: ({ money }, data) => ({
    money: {
      ...withPayment(money, data, { status: 'confirmed', paid: data.amount }),
      paid: money.paid + data.amount,
    },
  }),
  SurplusReceived: (state, data) => {
    const known = paymentNamed(state, data);
    const status = known?.status === 'confirmed' ? 'confirmed' : 'surplus';
    return {
      money: withPayment(state.money, data, { status, surplus: (known?.surplus ?? 0) + data.amount }),
    };
  },
  PaymentFailed: ({ money }, data) => ({ money: withPayment(money, data, { status: 'failed' }) }),
  PaymentTimedOut: cancelledWhole,
  PaymentVoided: () => ({}),
};
