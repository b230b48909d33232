import { describe, expect, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import { cancelled, orderPlaced, paid, units } from '../example-events.ts';
import { exampleOrder, exampleTenant, NOON } from '../examples.ts';
import { tableStepper, xstateStepper } from '../lifecycle/stepper.ts';
import { orderStreamType } from '../order-stream.ts';

const pay = (amount = 3499, currency = 'EUR') =>
  ({ type: 'ConfirmPayment', data: { paymentId: 'pay-1', amount, currency, provider: 'bank' } }) as const;
const failed = { paymentId: 'pay-0', provider: 'bank', reason: 'no funds' };
const timeOut = { type: 'TimeOutPayment', data: {} } as const;

describe.each([tableStepper, xstateStepper])('paying, by $name: an order', (stepper) => {
  const order = orderStreamType({ stepper });
  const given = scenarios(order, { stream: exampleOrder, now: NOON, global: exampleTenant() });

  it('is paid what is outstanding', () => {
    given(orderPlaced()).when(pay()).then(paid());
  });

  it('is paid after a payment that failed', () => {
    given(orderPlaced())
      .when({ type: 'ReportPaymentFailure', data: failed })
      .then({ type: 'PaymentFailed', data: failed });
    given(orderPlaced(), { type: 'PaymentFailed', data: failed }).when(pay()).then(paid());
  });

  it('is not paid another amount, or in another currency', () => {
    given(orderPlaced()).when(pay(3498)).thenRejected('amount-mismatch', { pointer: '/amount' });
    given(orderPlaced()).when(pay(3499, 'USD')).thenRejected('currency-mismatch', { pointer: '/currency' });
  });

  it('is paid once, and not once it is cancelled', () => {
    given(orderPlaced(), paid()).when(pay()).thenRejected('not-allowed-now', { kind: 'state' });
    given(orderPlaced(), cancelled()).when(pay()).thenRejected('not-allowed-now');
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
