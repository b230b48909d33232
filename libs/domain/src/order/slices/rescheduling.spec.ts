import { describe, expect, it } from '@jest/globals';
import { orderIdOf } from '@orderloom/decider';
import { scenarios } from '@orderloom/testing';
import type { PaymentTimeout } from '../../messages/generated/types.ts';
import { orderPlaced, paid, shipped, units } from '../example-events.ts';
import { exampleOrder, examplePlacement, exampleTenant, NOON } from '../examples.ts';
import { tableStepper, xstateStepper } from '../lifecycle/stepper.ts';
import { orderStreamType } from '../order-stream.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const reason = 'the bank is closed';
const reschedule = (due: number | null, deadline = 'payment') =>
  ({ type: 'RescheduleDeadline', data: { deadline, due, reason } }) as const;
const extend = (byMs: number) =>
  ({ type: 'ExtendDeadline', data: { deadline: 'payment', byMs, reason } }) as const;
const moved = (until: number, deadline = 'payment') =>
  ({ type: 'DeadlineRescheduled', data: { deadline, until, reason, policyVersion: 1 } }) as const;

const anyOrder: PaymentTimeout = {
  ...{ name: 'x', lifecycle: null, channel: null, paymentMethod: null, afterMs: MINUTE },
};
const flash: PaymentTimeout = { ...anyOrder, name: 'flash', channel: 'flash-sale', afterMs: 5 * MINUTE };
const transfer: PaymentTimeout = {
  ...anyOrder,
  ...{ name: 'transfer', paymentMethod: 'bank-transfer', afterMs: 3 * DAY },
};

describe.each([tableStepper, xstateStepper])('the deadline of an order, by $name,', (stepper) => {
  const order = orderStreamType({ stepper });
  /** When it began is in its id. */
  const scene = { stream: { ...exampleOrder, key: orderIdOf(NOON, 7, 7) }, now: NOON };
  const under = (paymentTimeouts: readonly PaymentTimeout[], channel?: string) =>
    scenarios(order, {
      ...scene,
      global: exampleTenant({ paymentTimeouts, receiveAfterMs: 15 * DAY }),
      ...(channel === undefined ? {} : { channel }),
    });
  const given = under([]);

  it.each([
    ['the channel', 'flash-sale', null, 'flash', 5 * MINUTE],
    ['how it is paid', 'app', 'bank-transfer', 'transfer', 3 * DAY],
    ['the first that fits', 'flash-sale', 'bank-transfer', 'flash', 5 * MINUTE],
    ['the one for all others', 'app', 'card', null, 30 * MINUTE],
  ])('follows %s', (_what, channel, paymentMethod, paymentTimeout, after) => {
    const { data } = orderPlaced();
    under([flash, transfer], channel)()
      .when({ type: 'PlaceOrder', data: examplePlacement({ paymentMethod }) })
      .then({ type: 'OrderPlaced', data: { ...data, paymentMethod, paymentTimeout, due: NOON + after } });
  });

  it('is the instant that its caller names, as in a pre-sale', () => {
    const payBy = NOON + 40 * DAY;
    const { data } = orderPlaced();
    const place = (more: object) => ({ type: 'PlaceOrder', data: examplePlacement(more) }) as const;
    under([flash], 'flash-sale')()
      .when(place({ payBy }))
      .then({ type: 'OrderPlaced', data: { ...data, due: payBy } });
    given()
      .when(place({ payBy: NOON }))
      .thenRejected('instant-out-of-range', { pointer: '/payBy' });
    given()
      .when(place({ payBy, lifecycle: 'terms' }))
      .thenRejected('unknown-deadline', { pointer: '/payBy' });
  });

  it('is moved because somebody says so, and then it is due', () => {
    given(orderPlaced())
      .when(reschedule(NOON + DAY))
      .then(moved(NOON + DAY));
    given(orderPlaced())
      .when(extend(5 * MINUTE))
      .then(moved(NOON + 35 * MINUTE));
    const { state } = given(orderPlaced(), moved(NOON + DAY));
    expect(order.nextDeadline?.(state)).toMatchObject({ name: 'payment', due: NOON + DAY });
  });

  it('follows the policy of now where somebody asks, counted from when it began', () => {
    const rushed = under([{ ...anyOrder, name: 'flash', afterMs: 10 * MINUTE }]);
    const { data } = orderPlaced();
    const inAFlash = { type: 'OrderPlaced', data: { ...data, paymentTimeout: 'flash' } } as const;
    rushed(inAFlash)
      .when(reschedule(null), NOON + MINUTE)
      .then(moved(NOON + 10 * MINUTE));
    rushed(inAFlash)
      .when(reschedule(null), NOON + 11 * MINUTE)
      .then(moved(NOON + 11 * MINUTE));
    given(orderPlaced()).when(reschedule(null)).thenRejected('deadline-unchanged', { kind: 'state' });
  });

  it('of another kind is counted from the event that began it', () => {
    const sent = { ...shipped('p1', units('a', 2, 'b', 1), true) };
    given(orderPlaced(), paid(), { type: 'LinesShipped', data: { ...sent.data, due: NOON + DAY } })
      .when(reschedule(null, 'receive'), NOON + DAY)
      .then(moved(NOON + 15 * DAY, 'receive'));
  });

  it.each([
    ['is over', reschedule(NOON), 'instant-out-of-range'],
    ['is years off', reschedule(NOON + 400 * DAY), 'instant-out-of-range'],
    ['is years off, step by step', extend(366 * DAY), 'instant-out-of-range'],
    ['of a deadline that the order does not wait for', reschedule(null, 'receive'), 'no-deadline'],
    ['of a deadline that nobody knows', reschedule(null, 'weather'), 'unknown-deadline'],
  ])('is not moved to an instant that %s', (_what, command, code) => {
    given(orderPlaced()).when(command).thenRejected(code);
  });

  it('is moved in no order that waits for nothing', () => {
    given(orderPlaced(), paid()).when(extend(MINUTE)).thenRejected('not-allowed-now');
  });

  it('keeps no telephone number as its reason', () => {
    given(orderPlaced())
      .when({
        type: 'ExtendDeadline',
        data: { deadline: 'payment', byMs: MINUTE, reason: 'call +49 30 1234567' },
      })
      .thenRejected('personal-data', { pointer: '/reason' });
  });
});
