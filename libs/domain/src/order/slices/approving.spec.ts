import { describe, expect, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import type { OrderEvent } from '../../messages/generated/order.ts';
import { tenantWithB2b } from '../example-b2b.ts';
import { cancelled, orderPlaced, paid, refundDue, units } from '../example-events.ts';
import { exampleLine, exampleOrder, examplePlacement, NOON } from '../examples.ts';
import { tableStepper, xstateStepper } from '../lifecycle/stepper.ts';
import { orderStreamType } from '../order-stream.ts';

const HOUR = 3_600_000;
const WEEK = 7 * 24 * HOUR;
const tenant = tenantWithB2b();
const lifecycle = tenant.current['b2b']!;

/** 34.99 EUR: above the limit of 30.00. */
const big = examplePlacement({ lifecycle: 'b2b' });
const small = examplePlacement({ lifecycle: 'b2b', lines: [exampleLine('a', 1)] });
const placed = { ...orderPlaced(), data: { ...orderPlaced().data, lifecycle } };
const requested = {
  type: 'ApprovalRequested',
  data: { reason: 'the total is above the limit', limit: 3000, due: NOON + WEEK },
} as const;
const approved = {
  type: 'OrderApproved',
  data: { reason: null, due: NOON + tenant.policy.paymentTimeoutMs },
} as const;
const declined = { type: 'ApprovalDeclined', data: { reason: 'no budget' } } as const;
const approve = { type: 'ApproveOrder', data: { reason: null } } as const;
const decline = { type: 'DeclineOrder', data: { reason: 'no budget' } } as const;
const request = { type: 'RequestApproval', data: { reason: 'new customer' } } as const;
const ship = { type: 'ShipLines', data: { parcelId: 'P', lines: units('a', 2) } } as const;

describe.each([tableStepper, xstateStepper])('approving, by $name: an order of b2b', (stepper) => {
  const setting = { stream: exampleOrder, now: NOON, global: tenant };
  const given = scenarios(orderStreamType({ stepper }), setting);
  const deadlineOf = (...events: readonly OrderEvent[]) => given(...events).state.deadline;
  const waiting = [placed, requested] as const;

  it('waits for an approver where its total is above the limit, and for nobody else up to it', () => {
    given()
      .when({ type: 'PlaceOrder', data: big })
      .then({ ...placed, data: { ...placed.data, policyVersion: 1 } }, requested);
    const events = given().when({ type: 'PlaceOrder', data: small }).decision;
    expect(JSON.stringify(events)).not.toContain('ApprovalRequested');
  });

  it('waits in a currency that has no limit, whatever its total', () => {
    const dollars = examplePlacement({ lifecycle: 'b2b', currency: 'USD', lines: [exampleLine('a', 1)] });
    const events = given().when({ type: 'PlaceOrder', data: dollars }).decision;
    expect(events).toMatchObject({ events: [{ type: 'OrderPlaced' }, { data: { limit: 0 } }] });
  });

  it('waits because somebody asks', () => {
    given(placed)
      .when(request)
      .then({ type: 'ApprovalRequested', data: { reason: 'new customer', limit: null, due: NOON + WEEK } });
    given(...waiting)
      .when(request)
      .thenRejected('not-allowed-now');
  });

  it('does not leave while it waits, paid or not, and leaves once it is approved', () => {
    given(...waiting, paid())
      .when(ship)
      .thenRejected('not-allowed-now');
    given(...waiting, paid(), approved)
      .when(ship)
      .then({ type: 'LinesShipped', data: { ...ship.data, last: false, fulfilmentId: null, due: null } });
  });

  it('has its time to pay from the approval on', () => {
    expect(deadlineOf(...waiting)).toMatchObject({ name: 'approval', due: NOON + WEEK });
    given(...waiting)
      .when(approve)
      .then(approved);
    expect(deadlineOf(...waiting, approved)).toMatchObject({ name: 'payment', due: approved.data.due });
    expect(deadlineOf(...waiting, paid(), approved)).toBeNull();
  });

  it('is cancelled when it is declined, and what was paid goes back', () => {
    const end = { ...cancelled(), data: { ...cancelled().data, reason: 'no budget' } };
    given(...waiting)
      .when(decline)
      .then(declined, end);
    const legs = [{ paymentId: 'pay-1', provider: 'bank', amount: 3499 }];
    const back = { ...refundDue('refund-1', 3499), data: { ...refundDue('refund-1', 3499).data, legs } };
    given(...waiting, paid())
      .when(decline)
      .then(declined, end, back);
    given(...waiting, declined, end)
      .when(approve)
      .thenRejected('not-allowed-now');
  });

  it('is cancelled when nobody has approved it in time', () => {
    const end = { ...cancelled(), data: { ...cancelled().data, reason: 'nobody has approved it in time' } };
    given(...waiting)
      .when({ type: 'ExpireApproval', data: {} })
      .then({ type: 'ApprovalExpired', data: {} }, end);
    given(...waiting, approved)
      .when({ type: 'ExpireApproval', data: {} })
      .thenRejected('not-allowed-now');
  });

  it('needs no approver any more once it is cancelled', () => {
    given(...waiting, cancelled())
      .when(approve)
      .thenRejected('not-allowed-now');
    expect(deadlineOf(...waiting, cancelled())).toBeNull();
  });

  it.each([request, { ...approve, data: { reason: 'ask ann@example.com' } }, decline])(
    'takes no personal data as the reason: $type',
    (command) => {
      const data = { reason: 'ask ann@example.com' };
      const before = command === request ? [placed] : waiting;
      given(...before)
        .when({ ...command, data })
        .thenRejected('personal-data', {
          pointer: '/reason',
        });
    },
  );

  it('is never approved where its lifecycle has no word for it', () => {
    given(orderPlaced()).when(approve).thenRejected('not-allowed-now');
    given(orderPlaced()).when(request).thenRejected('not-allowed-now');
  });
});
