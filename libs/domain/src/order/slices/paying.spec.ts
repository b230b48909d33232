import { describe, expect, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import { cancelled, orderPlaced, paid, refundDue, shipped, units } from '../example-events.ts';
import { exampleOrder, exampleTenant, NOON } from '../examples.ts';
import { tableStepper, xstateStepper } from '../lifecycle/stepper.ts';
import { orderStreamType } from '../order-stream.ts';

const pay = (amount = 3499, currency = 'EUR', paymentId = 'pay-1') =>
  ({ type: 'ConfirmPayment', data: { paymentId, amount, currency, provider: 'bank' } }) as const;
const surplus = (amount: number, paymentId = 'pay-1') =>
  ({ type: 'SurplusReceived', data: { paymentId, amount, currency: 'EUR', provider: 'bank' } }) as const;
const timedOut = { type: 'PaymentTimedOut', data: { buyerId: 'ann', released: [] } } as const;
const failed = { paymentId: 'pay-0', provider: 'bank', reason: 'no funds', last: false };
const timeOut = { type: 'TimeOutPayment', data: {} } as const;

describe.each([tableStepper, xstateStepper])('paying, by $name: an order', (stepper) => {
  const order = orderStreamType({ stepper });
  const given = scenarios(order, { stream: exampleOrder, now: NOON, global: exampleTenant() });

  it('is paid what is outstanding', () => {
    given(orderPlaced()).when(pay()).then(paid());
  });

  it('is paid after a payment that failed', () => {
    given(orderPlaced())
      .when({
        type: 'ReportPaymentFailure',
        data: { paymentId: 'pay-0', provider: 'bank', reason: 'no funds' },
      })
      .then({ type: 'PaymentFailed', data: failed });
    given(orderPlaced(), { type: 'PaymentFailed', data: failed }).when(pay()).then(paid());
  });

  it('is not paid another amount, or in another currency', () => {
    given(orderPlaced()).when(pay(3498)).thenRejected('amount-mismatch', { pointer: '/amount' });
    given(orderPlaced()).when(pay(3499, 'USD')).thenRejected('currency-mismatch', { pointer: '/currency' });
  });

  it('is paid once by one payment, however often that is said', () => {
    given(orderPlaced(), paid()).when(pay()).thenRejected('payment-known', { kind: 'state' });
    given(orderPlaced(), paid(), shipped('p1', units('a', 2, 'b', 1), true))
      .when(pay())
      .thenRejected('payment-known');
  });

  it('gives back what comes by another payment, and what comes once it is cancelled', () => {
    given(orderPlaced(), paid())
      .when(pay(700, 'EUR', 'pay-2'))
      .then(surplus(700, 'pay-2'), refundDue('refund-1', 700, 'pay-2'));
    given(orderPlaced(), cancelled()).when(pay()).then(surplus(3499), refundDue('refund-1', 3499));
    given(orderPlaced(), timedOut).when(pay()).then(surplus(3499), refundDue('refund-1', 3499));
    given(orderPlaced(), timedOut, surplus(3499), refundDue('refund-1', 3499))
      .when(pay())
      .thenRejected('payment-known');
  });

  it('gives back nothing that is of no amount, of another currency, or beyond all counting', () => {
    given(orderPlaced(), paid())
      .when(pay(0, 'EUR', 'pay-2'))
      .thenRejected('amount-mismatch');
    given(orderPlaced(), paid())
      .when(pay(1, 'USD', 'pay-2'))
      .thenRejected('currency-mismatch');
    given(orderPlaced(), paid())
      .when(pay(Number.MAX_SAFE_INTEGER, 'EUR', 'pay-2'))
      .thenRejected('amount-too-large', { pointer: '/amount' });
  });

  it('tells payments apart by provider and name', () => {
    given(orderPlaced(), paid())
      .when({ type: 'ConfirmPayment', data: { ...pay(700).data, provider: 'wallet' } })
      .then(
        { type: 'SurplusReceived', data: { ...surplus(700).data, provider: 'wallet' } },
        refundDue('refund-1', 700, 'pay-1', 'wallet'),
      );
  });

  it('hears of a failure once, and of none of a payment that it does not wait for', () => {
    const report = {
      type: 'ReportPaymentFailure',
      data: { paymentId: 'pay-0', provider: 'bank', reason: 'no funds' },
    } as const;
    given(orderPlaced(), { type: 'PaymentFailed', data: failed }).when(report).thenRejected('payment-known');
    given(orderPlaced(), paid()).when(report).thenRejected('unknown-payment', { pointer: '/paymentId' });
  });

  it('owes less once a part of it is cancelled', () => {
    const part = { lines: units('b', 1), reason: 'late', amount: 1166, released: [], last: false };
    given(orderPlaced(), { type: 'LinesCancelled', data: part }).when(pay(2333)).then(paid(2333));
  });

  it('times out unpaid, and gives its reservations back', () => {
    given(orderPlaced({ location: 'berlin' }), { type: 'LinesReserved', data: { lines: units('a', 2) } })
      .when(timeOut)
      .then({ type: 'PaymentTimedOut', data: { buyerId: 'ann', released: units('a', 2) } });
  });

  it('does not time out once it is paid, and holds no deadline any more', () => {
    given(orderPlaced(), paid()).when(timeOut).thenRejected('not-allowed-now');
    expect(order.nextDeadline?.(given(orderPlaced(), paid()).state)).toBeUndefined();
  });

  it('never times out on terms', () => {
    given(orderPlaced({ lifecycle: 'terms' }))
      .when(timeOut)
      .thenRejected('not-allowed-now');
  });
});
