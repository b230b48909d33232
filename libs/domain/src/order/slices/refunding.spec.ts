import { describe, expect, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import { cancelled, orderPlaced, paid, refundDue, units } from '../example-events.ts';
import { exampleOrder, exampleTenant, NOON } from '../examples.ts';
import { tableStepper, xstateStepper } from '../lifecycle/stepper.ts';
import { orderStreamType } from '../order-stream.ts';

const confirm = (refundId: string, amount: number) =>
  ({ type: 'ConfirmRefund', data: { refundId, amount, paymentId: null, provider: null } }) as const;
const confirmed = (refundId: string, amount: number, last: boolean) =>
  ({ type: 'RefundConfirmed', data: { refundId, amount, paymentId: null, provider: null, last } }) as const;

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

  describe('that two payments have brought money to', () => {
    const other = { paymentId: 'pay-2', provider: 'wallet' };
    const legs = [
      { paymentId: 'pay-1', provider: 'bank', amount: 3000 },
      { ...other, amount: 499 },
    ];
    const due = { type: 'RefundDue', data: { refundId: 'refund-1', amount: 3499, legs } } as const;
    const back = (leg: object, amount: number) =>
      ({ type: 'ConfirmRefund', data: { refundId: 'refund-1', amount, ...named, ...leg } }) as const;
    const isBack = (leg: typeof other, amount: number, last: boolean) =>
      ({ type: 'RefundConfirmed', data: { refundId: 'refund-1', amount, ...leg, last } }) as const;
    const named = { paymentId: 'pay-1', provider: 'bank' };
    const both = [orderPlaced(), paid(), cancelled(), due] as const;

    it('has a refund back once it is back against both of them', () => {
      given(...both)
        .when(back(other, 499))
        .then(isBack(other, 499, false));
      given(...both, isBack(other, 499, false))
        .when(back({}, 3000))
        .then(isBack(named, 3000, true));
      given(...both, isBack(other, 499, false))
        .when(confirm('refund-1', 3000))
        .then(confirmed('refund-1', 3000, true));
      const { state } = given(...both, isBack(other, 499, false), isBack(named, 3000, true));
      expect(order.decider.isTerminal(state)).toBe(true);
    });

    it('knows what goes back against which of them, once', () => {
      given(...both)
        .when(back(other, 500))
        .thenRejected('amount-mismatch', { pointer: '/amount' });
      given(...both)
        .when(back({ provider: null }, 3000))
        .thenRejected('unknown-payment', { pointer: '/paymentId' });
      given(...both, isBack(other, 499, false))
        .when(back(other, 499))
        .thenRejected('refund-confirmed', { kind: 'state' });
    });

    it('gives back against the later one first what is older than legs', () => {
      const older = { type: 'RefundDue', data: { refundId: 'refund-1', amount: 3499, legs: [] } } as const;
      const { state } = given(orderPlaced(), paid(), cancelled(), older);
      expect(state.money.refunds[0]?.legs).toEqual([{ ...named, amount: 3499, confirmed: false }]);
    });
  });

  it('is over when it is cancelled and its money is back', () => {
    expect(order.decider.isTerminal(given(...whole).state)).toBe(false);
    expect(order.decider.isTerminal(given(...whole, confirmed('refund-1', 3499, true)).state)).toBe(true);
    expect(order.decider.isTerminal(given(orderPlaced()).state)).toBe(false);
    expect(order.decider.isTerminal(given().state)).toBe(false);
  });
});
