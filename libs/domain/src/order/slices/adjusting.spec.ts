import { describe, expect, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import fc from 'fast-check';
import type { AdjustChargesData, OrderEvent } from '../../messages/generated/order.ts';
import type { Charges } from '../../messages/generated/types.ts';
import { lineShares } from '../../money.ts';
import { tenantWithB2b } from '../example-b2b.ts';
import { cancelled, orderPlaced, paid, shipped, units } from '../example-events.ts';
import { exampleOrder, exampleTenant, NOON } from '../examples.ts';
import { keptMoney, outstanding } from '../giving-back.ts';
import { tableStepper, xstateStepper } from '../lifecycle/stepper.ts';
import { orderStreamType } from '../order-stream.ts';

// Three units at 10.00, two of line a and one of line b, and 4.99 for shipping.

const adjust = (data: Partial<AdjustChargesData>) =>
  ({ type: 'AdjustCharges', data: { shipping: null, fees: null, reason: 'two parcels', ...data } }) as const;
const charges = (shipping: number, fees: number, total: number, owed = total): Charges => ({
  ...{ shipping, fees, total, outstanding: owed },
});
const adjusted = (after: Charges, before = charges(499, 0, 3499)) =>
  ({ type: 'ChargesAdjusted', data: { before, after, reason: 'two parcels' } }) as const;
const partCancelled = {
  type: 'LinesCancelled',
  data: { lines: units('b', 1), reason: 'late', amount: 1166, released: [], last: false },
} as const;
const card = { legId: 'card', kind: 'card', provider: 'bank', amount: 3499 };
const billIssued = {
  type: 'BillIssued',
  data: {
    ...{ billId: 'b1', purpose: 'balance', amount: 3499, legs: [card], balanceDue: null },
    ...{ expires: NOON + 1, last: true },
  },
} as const;
const depositPaid = {
  type: 'BillPaid',
  data: { billId: 'b1', amount: 1000, legs: [{ ...card, amount: 1000 }], due: NOON + 9, last: false },
} as const;
const started = {
  type: 'PaymentStarted',
  data: { paymentId: 'pay-1', provider: 'bank', amount: 3499, currency: 'EUR' },
} as const;
const confirmed = { type: 'OrderConfirmed', data: { due: null } } as const;

describe.each([tableStepper, xstateStepper])('adjusting charges, by $name: an order', (stepper) => {
  const order = orderStreamType({ stepper });
  const given = scenarios(order, { stream: exampleOrder, now: NOON, global: exampleTenant() });
  const onTerms = orderPlaced({ lifecycle: 'terms' });

  it('costs what an operator makes of its shipping and its fees', () => {
    given(orderPlaced())
      .when(adjust({ shipping: 799 }))
      .then(adjusted(charges(799, 0, 3799)));
    given(orderPlaced())
      .when(adjust({ shipping: 0, fees: 250 }))
      .then(adjusted(charges(0, 250, 3250)));
    const { state } = given(orderPlaced(), adjusted(charges(0, 250, 3250)));
    expect(state.placed).toMatchObject({ shipping: 0, fees: 250, total: 3250 });
    expect(outstanding(state)).toBe(3250);
    given(orderPlaced(), adjusted(charges(0, 250, 3250)))
      .when({ type: 'ConfirmPayment', data: paid(3250).data })
      .then(paid(3250));
  });

  it('owes of its new charges what falls to the units that are left', () => {
    given(orderPlaced(), partCancelled)
      .when(adjust({ shipping: 0 }))
      .then(adjusted(charges(0, 0, 3000, 2000), charges(499, 0, 3499, 2333)));
    given(orderPlaced(), partCancelled, adjusted(charges(0, 0, 3000, 2000)))
      .when({ type: 'CancelOrder', data: { lines: units('a', 1), reason: 'late' } })
      .then({
        ...partCancelled,
        data: { ...partCancelled.data, lines: units('a', 1), amount: 1000 },
      });
  });

  it('is adjusted in every lifecycle as long as nothing of it is paid', () => {
    for (const events of [[onTerms], [onTerms, confirmed], [onTerms, shipped('p1', units('a', 2))]])
      given(...events)
        .when(adjust({ fees: 1 }))
        .then(adjusted(charges(499, 1, 3500)));
    given(orderPlaced(), cancelled())
      .when(adjust({ fees: 1 }))
      .thenRejected('not-allowed-now');
  });

  it('owes nothing any more where its charges are all that was left to be paid', () => {
    const free = { lines: [{ ...orderPlaced().data.lines[0]!, unitPrice: 0 }], total: 499 };
    given(orderPlaced({ lifecycle: 'terms', ...free }), confirmed)
      .when(adjust({ shipping: 0 }))
      .then(adjusted(charges(0, 0, 0), charges(499, 0, 499)), { type: 'PaymentVoided', data: {} });
  });

  it('loses the bill that is open', () => {
    const voided = {
      type: 'BillVoided',
      data: { billId: 'b1', cause: 'superseded', release: [card] },
    } as const;
    given(orderPlaced(), billIssued)
      .when(adjust({ shipping: 0 }))
      .then(voided, adjusted(charges(0, 0, 3000)));
  });

  it('keeps its bill where only the names of its charges change', () => {
    given(orderPlaced(), billIssued)
      .when(adjust({ shipping: 0, fees: 499 }))
      .then(adjusted(charges(0, 499, 3499)));
  });

  it('is what it is to whoever pays it, or has paid', () => {
    given(orderPlaced(), started)
      .when(adjust({ fees: 1 }))
      .thenRejected('payment-under-way', { kind: 'state' });
    given(orderPlaced(), paid())
      .when(adjust({ fees: 1 }))
      .thenRejected('order-paid', { kind: 'state' });
    const deposit = {
      ...billIssued.data,
      purpose: 'deposit',
      amount: 1000,
      balanceDue: NOON + 9,
      last: false,
    };
    given(orderPlaced(), { type: 'BillIssued', data: deposit }, depositPaid)
      .when(adjust({ fees: 1 }))
      .thenRejected('order-paid');
  });

  it('is not adjusted to what it is, nor beyond what can be counted, nor with somebody in the reason', () => {
    given(orderPlaced())
      .when(adjust({ shipping: 499 }))
      .thenRejected('charges-unchanged', { kind: 'state' });
    given(orderPlaced())
      .when(adjust({ fees: Number.MAX_SAFE_INTEGER }))
      .thenRejected('amount-too-large', { kind: 'content', pointer: '/fees' });
    given(orderPlaced({ discount: 3200 }))
      .when(adjust({ shipping: 0 }))
      .thenRejected('discount-too-large', { kind: 'content', pointer: '/shipping' });
    given(orderPlaced())
      .when(adjust({ shipping: 0, reason: 'ask ann@example.com' }))
      .thenRejected('personal-data', { pointer: '/reason' });
  });

  it('is adjusted upon a version of its payment', () => {
    expect(order.commands.AdjustCharges.decidesOn?.(adjust({}).data)).toBe('payment');
    expect(order.commands.AdjustCharges.needsActor).toBe(true);
  });

  it('has to be approved once it comes to more than may go by itself', () => {
    const tenant = tenantWithB2b({ approvalLimits: [{ currency: 'EUR', amount: 3500 }] });
    const b2b = { ...orderPlaced(), data: { ...orderPlaced().data, lifecycle: tenant.current['b2b']! } };
    const asked = {
      type: 'ApprovalRequested',
      data: { ...{ reason: 'the total is above the limit', limit: 3500 }, due: expect.any(Number) as never },
    } as const;
    const ofCompany = scenarios(order, { stream: exampleOrder, now: NOON, global: tenant });
    ofCompany(b2b)
      .when(adjust({ fees: 1 }))
      .then(adjusted(charges(499, 1, 3500)));
    ofCompany(b2b)
      .when(adjust({ fees: 2 }))
      .then(adjusted(charges(499, 2, 3501)), asked);
  });

  it('gives back exactly what it took, whenever it is adjusted between', () => {
    const charge = fc.option(fc.nat({ max: 1_000 }));
    const wish = fc.oneof(
      fc.record({ shipping: charge, fees: charge }).map(adjust),
      fc.constantFrom('a', 'b').map((lineId) => ({
        ...({ type: 'CancelOrder', data: { reason: 'late', lines: units(lineId, 1) } } as const),
      })),
    );
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 8 }), (wishes) => {
        const lived = wishes.reduce<readonly OrderEvent[]>(
          (events, command) => {
            const { decision } = given(...events).when(command);
            return decision.outcome === 'accepted' ? [...events, ...decision.events] : events;
          },
          [orderPlaced()],
        );
        const { state } = given(...lived);
        const ofUnits = lineShares(state.placed).reduce((sum, share) => sum + share, 0);
        expect(ofUnits).toBe(state.placed.total);
        const owed = outstanding(state);
        const bought = lived.some(({ type }) => type === 'OrderCancelled') ? [] : [paid(owed)];
        const end = given(...lived, ...bought).when({
          type: 'CancelOrder',
          data: { reason: 'late', lines: null },
        });
        expect([outstanding(end.state), keptMoney(end.state)]).toEqual([0, 0]);
      }),
      { numRuns: 50, seed: 16 },
    );
  });
});
