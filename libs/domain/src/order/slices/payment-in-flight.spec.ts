// A payment is under way, and its outcome comes by callback, by asking and from the buyer's page, in any order: whatever
// comes first decides, nothing counts twice, and no money that is there is lost.
import { describe, expect, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import fc from 'fast-check';
import type { OrderCommand, OrderEvent } from '../../messages/generated/order.ts';
import { cancelled, orderPlaced, paid, refundDue, units } from '../example-events.ts';
import { exampleOrder, exampleTenant, NOON } from '../examples.ts';
import { keptMoney, outstanding } from '../giving-back.ts';
import { tableStepper, xstateStepper } from '../lifecycle/stepper.ts';
import { orderStreamType } from '../order-stream.ts';
import { surplusOf } from '../payments.ts';
import { workLists } from '../work.ts';

const HALF_AN_HOUR = 30 * 60_000;
const named = (paymentId: string) => ({ paymentId, provider: 'bank' });
const money = (paymentId: string, amount = 3499, currency = 'EUR') => ({
  ...named(paymentId),
  ...{ amount, currency },
});
const start = (id: string, amount = 3499, currency = 'EUR') =>
  ({ type: 'StartPayment', data: money(id, amount, currency) }) as const;
const started = (id = 'pay-1') => ({ type: 'PaymentStarted', data: money(id) }) as const;
const confirm = (id: string, amount = 3499, currency = 'EUR') =>
  ({ type: 'ConfirmPayment', data: money(id, amount, currency) }) as const;
const fail = (id: string) => ({ type: 'ReportPaymentFailure', data: { ...named(id), reason: '' } }) as const;
const failed = (id: string, last: boolean) =>
  ({ type: 'PaymentFailed', data: { ...named(id), reason: '', last } }) as const;
const cannotTell = (id: string) => ({ type: 'ReportPaymentUnknown', data: named(id) }) as const;
const unknown = (id = 'pay-1') => ({ type: 'PaymentUnknown', data: named(id) }) as const;
const report = (id: string, amount: number, currency = 'EUR') =>
  ({ type: 'ReportPaymentMismatch', data: money(id, amount, currency) }) as const;
const mismatched = (id: string, amount: number) =>
  ({ type: 'PaymentMismatchReported', data: money(id, amount) }) as const;
const surplus = (id: string, amount = 3499) =>
  ({ type: 'SurplusReceived', data: money(id, amount) }) as const;
const timeOut = { type: 'TimeOutPayment', data: {} } as const;
const partCancelled = (amount: number) =>
  ({
    type: 'LinesCancelled',
    data: { lines: units('b', 1), reason: 'late', amount, released: [], last: false },
  }) as const;

describe.each([tableStepper, xstateStepper])('a payment in flight, by $name: an order', (stepper) => {
  const order = orderStreamType({ stepper });
  const tenant = exampleTenant();
  const given = scenarios(order, { stream: exampleOrder, now: NOON, global: tenant });
  const statusOf = (...events: readonly OrderEvent[]) =>
    order.explain(given(...events).state, tenant).status['payment'];

  it('is paying what is outstanding, and then paid', () => {
    given(orderPlaced()).when(start('pay-1')).then(started());
    expect(statusOf(orderPlaced(), started())).toBe('paying');
    given(orderPlaced(), started()).when(confirm('pay-1')).then(paid());
    given(orderPlaced()).when(start('pay-1', 3498)).thenRejected('amount-mismatch', { pointer: '/amount' });
    given(orderPlaced())
      .when(start('pay-1', 3499, 'USD'))
      .thenRejected('currency-mismatch');
  });

  it('is paying by one payment at a time, and is told the way out', () => {
    const second = given(orderPlaced(), started()).when(start('pay-2'));
    second.thenRejected('payment-under-way', { kind: 'state' });
    expect(JSON.stringify(second.decision)).toContain('once this one is reported as failed');
    given(orderPlaced(), started(), unknown()).when(start('pay-2')).thenRejected('payment-under-way');
    given(orderPlaced(), started(), failed('pay-1', true)).when(start('pay-2')).then(started('pay-2'));
    given(orderPlaced(), started(), failed('pay-1', true)).when(start('pay-1')).thenRejected('payment-known');
    given(orderPlaced(), paid()).when(start('pay-2')).thenRejected('not-allowed-now');
  });

  it('does not time out while it is paying, and has the time that it had once that has failed', () => {
    const paying = given(orderPlaced(), started());
    expect(order.nextDeadline?.(paying.state)).toBeUndefined();
    paying.when(timeOut).thenRejected('not-allowed-now');
    paying.when(fail('pay-1')).then(failed('pay-1', true));
    const again = given(orderPlaced(), started(), failed('pay-1', true));
    expect(order.nextDeadline?.(again.state)).toMatchObject({ name: 'payment', due: NOON + HALF_AN_HOUR });
    expect(order.nextDeadline?.(given(orderPlaced(), started(), unknown()).state)).toBeUndefined();
  });

  it('goes on paying where another payment is said to have failed', () => {
    given(orderPlaced(), started()).when(fail('pay-9')).then(failed('pay-9', false));
    expect(statusOf(orderPlaced(), started(), failed('pay-9', false))).toBe('paying');
  });

  it('of which nobody can tell what became of the money waits for somebody, and is still paid or not', () => {
    given(orderPlaced(), started()).when(cannotTell('pay-1')).then(unknown());
    const lost = given(orderPlaced(), started(), unknown());
    expect(statusOf(orderPlaced(), started(), unknown())).toBe('unknown');
    expect(workLists['to-clarify'](lost.state, () => true)).toBe(true);
    lost.when(cannotTell('pay-1')).thenRejected('payment-known');
    lost.when(cannotTell('pay-2')).thenRejected('unknown-payment', { pointer: '/paymentId' });
    lost.when(confirm('pay-1')).then(paid());
    lost.when(fail('pay-1')).then(failed('pay-1', true));
    expect(
      workLists['to-clarify'](given(orderPlaced(), started(), unknown(), paid()).state, () => true),
    ).toBe(false);
  });

  it('refuses money that is not what was expected, and waits for somebody once that is reported', () => {
    const paying = given(orderPlaced(), started());
    paying.when(confirm('pay-1', 3498)).thenRejected('amount-mismatch');
    paying.when(confirm('pay-1', 3499, 'USD')).thenRejected('currency-mismatch');
    paying.when(report('pay-1', 3499)).thenRejected('payment-matches', { pointer: '/amount' });
    paying.when(report('pay-1', 3498)).then(mismatched('pay-1', 3498));
    const reported = given(orderPlaced(), started(), mismatched('pay-1', 3498));
    expect(statusOf(orderPlaced(), started(), mismatched('pay-1', 3498))).toBe('unknown');
    reported.when(report('pay-1', 3498)).thenRejected('payment-known');
    reported.when(fail('pay-1')).then(failed('pay-1', true));
    given(orderPlaced(), paid()).when(report('pay-1', 3498)).thenRejected('payment-known');
  });

  it('waits for everything that is unclear before another payment may start', () => {
    const two = [orderPlaced(), started(), mismatched('pay-9', 5), unknown()] as const;
    given(...two)
      .when(fail('pay-1'))
      .then(failed('pay-1', false));
    expect(statusOf(...two, failed('pay-1', false))).toBe('unknown');
    given(...two, failed('pay-1', false))
      .when(fail('pay-9'))
      .then(failed('pay-9', true));
  });

  it('gives back by what the payment exceeds the price that is left', () => {
    given(orderPlaced(), started(), partCancelled(1166))
      .when(confirm('pay-1'))
      .then(paid(2333), surplus('pay-1', 1166), refundDue('refund-1', 1166));
    const { state } = given(
      ...[orderPlaced(), started(), partCancelled(1166), paid(2333)],
      ...[surplus('pay-1', 1166), refundDue('refund-1', 1166)],
    );
    expect([outstanding(state), keptMoney(state), surplusOf(state.money)]).toEqual([0, 2333, 1166]);
    given(orderPlaced(), started(), partCancelled(1166)).when(confirm('pay-1', 2333)).then(paid(2333));
  });

  it('is cancelled while it is paying, and the money that comes then goes back', () => {
    const late = given(orderPlaced(), started(), cancelled());
    late.when(confirm('pay-1')).then(surplus('pay-1'), refundDue('refund-1', 3499));
    late.when(confirm('pay-1', 3498)).thenRejected('amount-mismatch');
    late.when(fail('pay-1')).then(failed('pay-1', false));
    late.when(cannotTell('pay-1')).then(unknown());
    expect(order.decider.isTerminal(late.state)).toBe(false);
    const over = given(orderPlaced(), started(), cancelled(), failed('pay-1', false));
    expect(order.decider.isTerminal(over.state)).toBe(true);
  });

  it('is paid by the payment that comes first; the one that was under way goes back', () => {
    given(orderPlaced(), started('pay-2')).when(confirm('pay-1')).then(paid());
    given(orderPlaced(), started('pay-2'), paid())
      .when(confirm('pay-2'))
      .then(surplus('pay-2'), refundDue('refund-1', 3499, 'pay-2'));
  });

  it('knows the last twenty failures of a buyer who tries on and on', () => {
    const failures = Array.from({ length: 21 }, (_, n) => failed(`pay-${String(n)}`, false));
    const { state } = given(orderPlaced(), ...failures);
    expect(state.money.payments.map(({ paymentId }) => paymentId)).toEqual(
      failures.slice(1).map(({ data }) => data.paymentId),
    );
  });

  it('pays the same on every road, in whatever order and however often it is said', () => {
    const said: readonly OrderCommand[] = [
      ...[confirm('pay-1'), confirm('pay-1'), fail('pay-1'), cannotTell('pay-1')],
      ...[confirm('pay-1', 3498), report('pay-1', 3498), confirm('pay-2'), timeOut],
    ];
    const roads = fc.shuffledSubarray([...said, ...said], { minLength: 2 * said.length });
    fc.assert(
      fc.property(roads, (road) => {
        const events: OrderEvent[] = [orderPlaced(), started()];
        for (const command of road) {
          const { decision } = given(...events).when(command);
          if (decision.outcome === 'accepted') events.push(...decision.events);
        }
        const { state } = given(...events);
        const { paid: kept } = state.money;
        expect(kept + surplusOf(state.money)).toBe(2 * 3499);
        expect([outstanding(state), keptMoney(state)]).toEqual([0, kept]);
      }),
      { numRuns: stepper === tableStepper ? 40 : 5, seed: 14 },
    );
  });
});
