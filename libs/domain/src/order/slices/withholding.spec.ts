import { describe, expect, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import type { OrderEvent } from '../../messages/generated/order.ts';
import { withSourcing } from '../../tenant/sourcing.ts';
import { isAtRest } from '../at-rest.ts';
import { tenantWithB2b } from '../example-b2b.ts';
import { cancelled, orderPlaced, paid, refundDue, units } from '../example-events.ts';
import { exampleOrder, exampleTenant, NOON } from '../examples.ts';
import { tableStepper, xstateStepper } from '../lifecycle/stepper.ts';
import { orderStreamType } from '../order-stream.ts';
import type { OrderState } from '../state.ts';

// What the engine itself has to do, a deadline or a fact that it is told, is never refused because money is disputed: it
// happens, what is not disputed goes back at once, and the rest of the exact share once that is decided.

const opened = (amount: number, disputeId = 'dispute-1'): OrderEvent => ({
  type: 'DisputeOpened',
  data: { disputeId, by: 'buyer', amount, code: 'late', paymentId: null, provider: null },
});
const withheld = (amount: number): OrderEvent => ({ type: 'RefundWithheld', data: { amount } });
const decision = (outcome: string, amount: number, disputeId = 'dispute-1') => ({
  ...{ disputeId, outcome, amount, decidedBy: 'office', reason: 'photos' },
});
const resolve = (...said: Parameters<typeof decision>) =>
  ({ type: 'ResolveDispute', data: decision(...said) }) as const;
const resolved = (
  refundId: string | null,
  released: number,
  ...said: Parameters<typeof decision>
): OrderEvent => ({ type: 'DisputeResolved', data: { ...decision(...said), refundId, released } });

const fulfilmentId = `${exampleOrder.key}.1`;
const part = { lines: units('a', 2) };
const asked: OrderEvent = {
  type: 'FulfilmentRequested',
  data: { ...part, fulfilmentId, attempt: 1, location: 'berlin' },
};
const givenUp = { type: 'RecordFulfilmentCancelled', data: { fulfilmentId, reason: 'late' } } as const;
/** The share of line a is 23.33 of 34.99. */
const gone: readonly OrderEvent[] = [
  { type: 'FulfilmentReduced', data: { ...part, fulfilmentId, why: 'cancelled' } },
  { type: 'LinesCancelled', data: { ...part, reason: 'late', amount: 2333, released: [], last: false } },
];

describe.each([tableStepper, xstateStepper])('a disputed order, by $name', (stepper) => {
  const order = orderStreamType({ stepper });
  const givenIn = (global = exampleTenant()) =>
    scenarios(order, { stream: exampleOrder, now: NOON, global, actor: 'ann' });
  const given = givenIn();
  const withheldIn = ({ withheld: waits }: OrderState) => waits;
  const sent = [orderPlaced(), paid(), asked];

  it('records what a warehouse gives up: what is free goes back, the rest waits', () => {
    given(...sent, opened(1000))
      .when(givenUp)
      .then(...gone, refundDue('refund-1', 2333));
    given(...sent, opened(2000))
      .when(givenUp)
      .then(...gone, refundDue('refund-1', 1499), withheld(834));
    given(...sent, opened(3499))
      .when(givenUp)
      .then(...gone, withheld(2333));
  });

  it('gives back exactly that share where it is decided for the seller', () => {
    const waits = [...sent, opened(2000), ...gone, refundDue('refund-1', 1499), withheld(834)];
    expect(given(...waits).state).toMatchObject({ withheld: 834 });
    const end = [resolved(null, 834, 'seller', 0), refundDue('refund-2', 834)];
    given(...waits)
      .when(resolve('seller', 0))
      .then(...end);
    expect(given(...waits, ...end).state).not.toHaveProperty('withheld');
  });

  it('gives it back beside what its buyer gets, and never more than there is', () => {
    const waits = [...sent, opened(3000), ...gone, refundDue('refund-1', 499), withheld(1834)];
    given(...waits)
      .when(resolve('buyer', 600))
      .then(
        resolved('refund-2', 1834, 'buyer', 600),
        refundDue('refund-2', 600),
        refundDue('refund-3', 1834),
      );
    const all = [resolved('refund-2', 0, 'buyer', 3000), refundDue('refund-2', 3000)];
    given(...waits)
      .when(resolve('buyer', 3000))
      .then(...all);
    expect(given(...waits, ...all).state).not.toHaveProperty('withheld');
  });

  it('lets go as much as other disputes leave', () => {
    const two = [...sent, opened(2000), opened(1499, 'dispute-2'), ...gone, withheld(2333)];
    const first = [resolved(null, 2000, 'seller', 0), refundDue('refund-1', 2000)];
    given(...two)
      .when(resolve('seller', 0))
      .then(...first);
    given(...two, ...first)
      .when(resolve('seller', 0, 'dispute-2'))
      .then(resolved(null, 333, 'seller', 0, 'dispute-2'), refundDue('refund-2', 333));
    const lost = [resolved('refund-1', 0, 'buyer', 2000), refundDue('refund-1', 2000)];
    expect(withheldIn(given(...two, ...lost).state)).toBe(1499);
  });

  it('is cancelled by its deadline, and rests once its money is back', () => {
    const tenant = tenantWithB2b();
    const placed = { ...orderPlaced(), data: { ...orderPlaced().data, lifecycle: tenant.current['b2b']! } };
    const due = NOON + 1;
    const waiting: readonly OrderEvent[] = [
      placed,
      { type: 'ApprovalRequested', data: { reason: 'the total is above the limit', limit: 3000, due } },
      ...[paid(), opened(3499)],
    ];
    const inB2b = givenIn(tenant);
    expect(order.nextDeadline?.(inB2b(...waiting).state)).toMatchObject({ name: 'approval', due });
    const { data } = cancelled();
    const expired = [
      { type: 'ApprovalExpired', data: {} },
      { type: 'OrderCancelled', data: { ...data, reason: 'nobody has approved it in time' } },
      withheld(3499),
    ] as const;
    inB2b(...waiting)
      .when({ type: 'ExpireApproval', data: {} })
      .then(...expired);
    inB2b(...waiting)
      .when({ type: 'DeclineOrder', data: { reason: 'no budget' } })
      .thenRejected('money-disputed', { kind: 'state' });
    expect(isAtRest(inB2b(...waiting, ...expired).state)).toBe(false);
    inB2b(...waiting, ...expired)
      .when(resolve('seller', 0))
      .then(resolved(null, 3499, 'seller', 0), refundDue('refund-1', 3499));
  });

  it('is cancelled with its itinerary', () => {
    const itineraryId = 'journey1';
    const { data } = cancelled();
    given(orderPlaced(), paid(), { type: 'ItineraryJoined', data: { itineraryId } }, opened(3000))
      .when({ type: 'CancelLeg', data: { itineraryId } })
      .then(
        { type: 'OrderCancelled', data: { ...data, reason: 'itinerary-failed' } },
        refundDue('refund-1', 499),
        withheld(3000),
      );
  });

  it('loses what nobody has, at once or having waited for it', () => {
    const rule = { sku: '*', reserveAt: 'placing', locations: ['B1'], waitAtMostMs: 0 };
    const short = { lines: units('a', 2), code: 'insufficient-stock' };
    const disputed = [orderPlaced({ location: 'B1' }), paid(), opened(3499)];
    const lines = (reason: string): OrderEvent => ({
      type: 'LinesCancelled',
      data: { lines: units('a', 2), reason, amount: 2333, released: [], last: false },
    });
    givenIn(withSourcing(exampleTenant({ stock: 'tracked' }), { ...rule, whenShort: 'cancel' }))(...disputed)
      .when({ type: 'RecordReservationRefused', data: short })
      .then({ type: 'ReservationRefused', data: short }, lines('insufficient-stock'), withheld(2333));
    const waits = withSourcing(exampleTenant({ stock: 'tracked' }), { ...rule, whenShort: 'backorder' });
    givenIn(waits)(...disputed, { type: 'ReservationRefused', data: short })
      .when({ type: 'RecordBackorderExpired', data: { lines: units('a', 2) } })
      .then(lines('backorder-expired'), withheld(2333));
  });
});
