import { describe, expect, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import type { BillIssued, IssueBill, OrderEvent } from '../../messages/generated/order.ts';
import { isAtRest } from '../at-rest.ts';
import { cancelled, orderPlaced, paid, units } from '../example-events.ts';
import { exampleOrder, exampleTenant, NOON } from '../examples.ts';
import { keptMoney, outstanding } from '../giving-back.ts';
import { tableStepper, xstateStepper } from '../lifecycle/stepper.ts';
import { orderStreamType } from '../order-stream.ts';

const MINUTE = 60_000;
const coupon = { legId: 'coupon', kind: 'coupon', provider: 'coupons', amount: 500 };
const points = { legId: 'points', kind: 'points', provider: 'loyalty', amount: 299 };
const card = { legId: 'card', kind: 'card', provider: 'bank', amount: 2700 };
const legs = [coupon, points, card];

const issue = (more: Partial<IssueBill['data']> = {}): IssueBill => ({
  type: 'IssueBill',
  data: { billId: 'b1', purpose: 'balance', amount: 3499, legs, balanceDue: null, ...more },
});
const issued = (more: Partial<BillIssued['data']> = {}): BillIssued => ({
  type: 'BillIssued',
  data: { ...issue().data, expires: NOON + 15 * MINUTE, last: true, ...more },
});
const leg = (legId: string, billId = 'b1') => ({ billId, legId });
const tell = <T extends 'Frozen' | 'Captured' | 'Released'>(what: T, legId: string) =>
  ({ type: `ReportLeg${what}`, data: leg(legId) }) as const;
const fail = (legId: string, unknown = false) =>
  ({ type: 'ReportLegFailed', data: { ...leg(legId), reason: 'spent', unknown } }) as const;
const frozen = (legId: string, capture: typeof legs = []) =>
  ({ type: 'LegFrozen', data: { ...leg(legId), capture } }) as const;
const captured = (legId: string) => ({ type: 'LegCaptured', data: { ...leg(legId), capture: [] } }) as const;
const failed = (legId: string, unknown = false) =>
  ({ type: 'LegFailed', data: { ...leg(legId), reason: 'spent', unknown } }) as const;
const released = (legId: string) => ({ type: 'LegReleased', data: leg(legId) }) as const;
const voided = (cause: string, release: typeof legs = legs) =>
  ({ type: 'BillVoided', data: { billId: 'b1', cause, release } }) as const;
const billPaid = {
  type: 'BillPaid',
  data: { billId: 'b1', amount: 3499, legs, due: null, last: true },
} as const;
const allFrozen = [frozen('coupon'), frozen('points'), frozen('card', legs)];
const taken = [...allFrozen, captured('coupon'), captured('points'), captured('card'), billPaid];
const partCancelled = {
  type: 'LinesCancelled',
  data: { lines: units('b', 1), reason: 'late', amount: 1166, released: [], last: false },
} as const;

describe.each([tableStepper, xstateStepper])('an order with a bill, by $name,', (stepper) => {
  const order = orderStreamType({ stepper });
  const tenant = exampleTenant();
  const given = scenarios(order, { stream: exampleOrder, now: NOON, global: tenant });
  const statusOf = (...events: readonly OrderEvent[]) =>
    order.explain(given(...events).state, tenant).status['payment'];
  const deadlineOf = (...events: readonly OrderEvent[]) => order.nextDeadline?.(given(...events).state);

  it('is over exactly what is to be paid, and its legs sum to it', () => {
    given(orderPlaced()).when(issue()).then(issued());
    given(orderPlaced())
      .when(issue({ legs: [coupon, card] }))
      .thenRejected('bill-mismatch', { pointer: '/legs' });
    given(orderPlaced())
      .when(issue({ legs: [coupon], amount: 500 }))
      .thenRejected('bill-mismatch', { pointer: '/amount' });
    given(orderPlaced(), issued()).when(issue()).thenRejected('bill-open', { kind: 'state' });
    given(orderPlaced(), issued(), voided('asked')).when(issue()).thenRejected('bill-known');
    given(orderPlaced(), paid())
      .when(issue({ billId: 'b2' }))
      .thenRejected('not-allowed-now');
  });

  it('freezes every leg, takes them once all are frozen, and is paid once all are taken', () => {
    given(orderPlaced(), issued()).when(tell('Frozen', 'coupon')).then(frozen('coupon'));
    given(orderPlaced(), issued(), frozen('coupon'), frozen('points'))
      .when(tell('Frozen', 'card'))
      .then(frozen('card', legs));
    given(orderPlaced(), issued(), ...taken.slice(0, 5))
      .when(tell('Captured', 'card'))
      .then(captured('card'), billPaid);
    expect(statusOf(orderPlaced(), issued())).toBe('billed');
    expect(statusOf(orderPlaced(), issued(), ...taken)).toBe('paid');
    const { state } = given(orderPlaced(), issued(), ...taken);
    expect([outstanding(state), keptMoney(state)]).toEqual([0, 3499]);
  });

  it('lets every leg go once one cannot be had, whenever that is', () => {
    given(orderPlaced(), issued())
      .when(fail('points'))
      .then(failed('points'), voided('leg-failed', [coupon, card]));
    given(orderPlaced(), issued(), ...allFrozen, captured('coupon'))
      .when(fail('card', true))
      .then(failed('card', true), voided('leg-failed'));
    given(orderPlaced(), issued(), frozen('coupon'))
      .when(tell('Released', 'coupon'))
      .then(released('coupon'), voided('leg-released', [points, card]));
    expect(statusOf(orderPlaced(), issued(), voided('expired'))).toBe('awaiting');
  });

  it('hears of a leg once, and of none after it is let go', () => {
    const known = (...events: readonly OrderEvent[]) => given(orderPlaced(), issued(), ...events);
    known(frozen('coupon')).when(tell('Frozen', 'coupon')).thenRejected('leg-known', { kind: 'state' });
    known(...taken)
      .when(tell('Released', 'card'))
      .thenRejected('leg-known');
    known(voided('asked')).when(tell('Captured', 'card')).thenRejected('leg-known');
    known(voided('asked')).when(tell('Released', 'card')).then(released('card'));
    known(voided('asked'), released('card')).when(tell('Released', 'card')).thenRejected('leg-known');
    known().when(tell('Frozen', 'cash')).thenRejected('unknown-leg', { pointer: '/legId' });
    given(orderPlaced()).when(tell('Frozen', 'card')).thenRejected('unknown-bill', { pointer: '/billId' });
  });

  it('is void once it is not paid in its time, and the order has the time to pay that was left', () => {
    const due = NOON + 15 * MINUTE;
    expect(deadlineOf(orderPlaced(), issued())).toMatchObject({ name: 'bill', due });
    given(orderPlaced(), issued(), frozen('coupon'))
      .when({ type: 'TimeOutBill', data: { billId: 'b1' } })
      .then(voided('expired'));
    expect(deadlineOf(orderPlaced(), issued(), voided('expired'))).toMatchObject({
      ...{ name: 'payment', due: NOON + 30 * MINUTE },
    });
    expect(deadlineOf(orderPlaced(), issued(), ...taken)).toBeUndefined();
  });

  it('gives way to whatever changes what is to be paid', () => {
    const { lines, reason } = partCancelled.data;
    given(orderPlaced(), issued())
      .when({ type: 'CancelOrder', data: { lines, reason } })
      .then(voided('superseded'), partCancelled);
    given(orderPlaced(), issued())
      .when({ type: 'CancelOrder', data: { lines: null, reason } })
      .then(voided('superseded'), cancelled());
    const bank = { paymentId: 'pay-1', provider: 'bank', amount: 3499, currency: 'EUR' };
    given(orderPlaced(), issued())
      .when({ type: 'ConfirmPayment', data: bank })
      .then(voided('superseded'), paid());
    given(orderPlaced(), issued())
      .when({ type: 'AddNote', data: { text: 'rings twice' } })
      .then({ type: 'NoteAdded', data: { text: 'rings twice' } });
  });

  it('is paid by nothing else meanwhile, and by no leg under the name of a payment', () => {
    const bank = { paymentId: 'b1/card', provider: 'bank', amount: 3499, currency: 'EUR' };
    given(orderPlaced(), issued())
      .when({ type: 'StartPayment', data: { ...bank, paymentId: 'pay-2' } })
      .thenRejected('bill-open');
    given(orderPlaced(), issued())
      .when({ type: 'ConfirmPayment', data: bank })
      .thenRejected('leg-of-bill', { pointer: '/paymentId' });
    given(orderPlaced(), issued(), ...taken)
      .when({ type: 'ConfirmPayment', data: bank })
      .thenRejected('payment-known');
  });

  it('is not at rest while a leg of it may hold something', () => {
    const over = [orderPlaced(), issued(), voided('superseded'), cancelled()] as const;
    const back = legs.map(({ legId }) => released(legId));
    expect(order.decider.isTerminal(given(...over).state)).toBe(false);
    expect(order.decider.isTerminal(given(...over, ...back.slice(1)).state)).toBe(false);
    expect(order.decider.isTerminal(given(...over, ...back).state)).toBe(true);
    expect(isAtRest(given(...over, ...back).state)).toBe(true);
  });

  it('gives back against its legs, in the order of the tenant', () => {
    const told = exampleTenant({ refundOrder: ['points', 'bank'] });
    scenarios(order, { stream: exampleOrder, now: NOON, global: told })(orderPlaced(), issued(), ...taken)
      .when({ type: 'CancelOrder', data: { lines: units('b', 1), reason: 'late' } })
      .then(partCancelled, {
        type: 'RefundDue',
        data: {
          ...{ refundId: 'refund-1', amount: 1166 },
          legs: [
            { paymentId: 'b1/points', provider: 'loyalty', amount: 299 },
            { paymentId: 'b1/card', provider: 'bank', amount: 867 },
          ],
        },
      });
  });

  describe('that is a deposit', () => {
    const balanceDue = NOON + 3 * 86_400_000;
    const deposit = { purpose: 'deposit', amount: 500, legs: [{ ...card, amount: 500 }], balanceDue };
    const part = issued({ ...deposit, last: false });
    const partPaid = {
      type: 'BillPaid',
      data: { billId: 'b1', amount: 500, legs: deposit.legs, due: balanceDue, last: false },
    } as const;
    const had = [orderPlaced(), part, captured('card'), partPaid] as const;
    const timedOut = { type: 'PaymentTimedOut', data: { buyerId: 'ann', released: [] } } as const;

    it('is less than what is to be paid, and says until when the balance is', () => {
      given(orderPlaced()).when(issue(deposit)).then(part);
      given(orderPlaced())
        .when(issue({ ...deposit, amount: 3499, legs }))
        .thenRejected('bill-mismatch', { pointer: '/amount' });
      given(orderPlaced())
        .when(issue({ ...deposit, balanceDue: NOON }))
        .thenRejected('balance-due', { pointer: '/balanceDue' });
      for (const instant of [balanceDue, NOON - MINUTE])
        given(orderPlaced())
          .when(issue({ balanceDue: instant }))
          .thenRejected('balance-due');
    });

    it('leaves the balance to be paid by another bill, until then', () => {
      given(orderPlaced(), part).when(tell('Captured', 'card')).then(captured('card'), partPaid);
      expect(statusOf(...had)).toBe('awaiting');
      expect(deadlineOf(...had)).toMatchObject({ name: 'payment', due: balanceDue });
      const rest = { billId: 'b2', amount: 2999, legs: [{ ...card, amount: 2999 }] };
      given(...had)
        .when(issue(rest))
        .then(issued(rest));
    });

    it('goes back where the balance is not paid in its time', () => {
      const refund = {
        type: 'RefundDue',
        data: {
          ...{ refundId: 'refund-1', amount: 500 },
          legs: [{ paymentId: 'b1/card', provider: 'bank', amount: 500 }],
        },
      } as const;
      given(...had)
        .when({ type: 'TimeOutPayment', data: {} })
        .then(timedOut, refund);
      expect(statusOf(...had, timedOut, refund)).toBe('refunding');
    });

    it('keeps the order from costing less than it', () => {
      const most = { ...deposit, amount: 3000, legs: [{ ...card, amount: 3000 }] };
      given(...[orderPlaced(), issued({ ...most, last: false }), captured('card')], {
        ...partPaid,
        data: { ...partPaid.data, amount: 3000, legs: most.legs },
      })
        .when({ type: 'CancelOrder', data: { lines: units('b', 1), reason: 'late' } })
        .thenRejected('deposit-paid', { kind: 'state' });
    });

    it('is known to no order that is paid behind its delivery', () => {
      given(orderPlaced({ lifecycle: 'terms' }), { type: 'OrderConfirmed', data: { due: null } })
        .when(issue(deposit))
        .thenRejected('not-allowed-now');
    });
  });
});
