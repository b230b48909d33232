import { describe, expect, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import { cancelled, orderPlaced, paid, refundDue, units } from '../example-events.ts';
import { exampleOrder, exampleTenant, NOON } from '../examples.ts';
import { tableStepper, xstateStepper } from '../lifecycle/stepper.ts';
import { orderStreamType } from '../order-stream.ts';

const confirm = (refundId: string, amount: number) =>
  ({ type: 'ConfirmRefund', data: { refundId, amount } }) as const;
const confirmed = (refundId: string, amount: number, last: boolean) =>
  ({ type: 'RefundConfirmed', data: { refundId, amount, last } }) as const;

describe.each([tableStepper, xstateStepper])('refunding, by $name: an order', (stepper) => {
  const order = orderStreamType({ stepper });
  const given = scenarios(order, { stream: exampleOrder, now: NOON, global: exampleTenant() });
  const whole = [orderPlaced(), paid(), cancelled(), refundDue('refund-1', 3499)];

  it('has its money back when the provider says so', () => {
    given(...whole)
      .when(confirm('refund-1', 3499))
      .then(confirmed('refund-1', 3499, true));
  });

  it('waits for every refund', () => {
    const part = { lines: units('a', 1), reason: 'late', amount: 1166, released: [], last: false };
    given(
      orderPlaced(),
      paid(),
      { type: 'LinesCancelled', data: part },
      refundDue('refund-1', 1166),
      cancelled(),
      refundDue('refund-2', 2333),
    )
      .when(confirm('refund-2', 2333))
      .then(confirmed('refund-2', 2333, false));
  });

  it('knows its refunds and their amounts', () => {
    given(...whole)
      .when(confirm('refund-2', 3499))
      .thenRejected('unknown-refund', { pointer: '/refundId' });
    given(...whole)
      .when(confirm('refund-1', 3498))
      .thenRejected('amount-mismatch', { pointer: '/amount' });
    given(orderPlaced(), paid()).when(confirm('refund-1', 1)).thenRejected('not-allowed-now');
  });

  it('confirms a refund once', () => {
    const part = { lines: units('a', 1), reason: 'late', amount: 1166, released: [], last: false };
    given(
      orderPlaced(),
      paid(),
      { type: 'LinesCancelled', data: part },
      refundDue('refund-1', 1166),
      cancelled(),
      refundDue('refund-2', 2333),
      confirmed('refund-1', 1166, false),
    )
      .when(confirm('refund-1', 1166))
      .thenRejected('refund-confirmed', { kind: 'state' });
  });

  it('is over when it is cancelled and its money is back', () => {
    expect(order.decider.isTerminal(given(...whole).state)).toBe(false);
    expect(order.decider.isTerminal(given(...whole, confirmed('refund-1', 3499, true)).state)).toBe(true);
    expect(order.decider.isTerminal(given(orderPlaced()).state)).toBe(false);
    expect(order.decider.isTerminal(given().state)).toBe(false);
  });
});
