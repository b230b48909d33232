import { describe, expect, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import { cancelled, orderPlaced, paid, refundDue, shipped, units } from '../example-events.ts';
import { exampleOrder, exampleTenant, NOON } from '../examples.ts';
import { tableStepper, xstateStepper } from '../lifecycle/stepper.ts';
import { orderStreamType } from '../order-stream.ts';

const MINUTE = 60_000;
const claim = (list = 'to-ship', minutes = 30) => ({ type: 'ClaimWork', data: { list, minutes } }) as const;
const claimed = (by: string, { list = 'to-ship', until = NOON + 30 * MINUTE } = {}) =>
  ({ type: 'WorkClaimed', data: { list, by, until } }) as const;
const release = (list = 'to-ship') => ({ type: 'ReleaseWork', data: { list } }) as const;
const released = (by: string, list = 'to-ship') => ({ type: 'WorkReleased', data: { list, by } }) as const;
const held = { type: 'OrderHeld', data: { holdId: 'hold-1', reason: 'fraud check' } } as const;

describe.each([tableStepper, xstateStepper])('claiming, by $name: an order', (stepper) => {
  const order = orderStreamType({ stepper });
  const scene = { stream: exampleOrder, now: NOON, global: exampleTenant() };
  const given = scenarios(order, { ...scene, actor: 'ann' });
  const givenToBob = scenarios(order, { ...scene, actor: 'bob' });
  const toShip = [orderPlaced(), paid()] as const;

  it("is one worker's until an instant, and the others hear whose and until when", () => {
    given(...toShip)
      .when(claim())
      .then(claimed('ann'));
    givenToBob(...toShip, claimed('ann'))
      .when(claim())
      .thenRejected('work-claimed', {
        kind: 'state',
        reason: 'to-ship is claimed by ann until 2024-06-03T12:30:00.000Z',
      });
  });

  it("is anybody's again from that instant on, without anything happening", () => {
    const later = NOON + 30 * MINUTE;
    givenToBob(...toShip, claimed('ann'))
      .when(claim(), later - 1)
      .thenRejected('work-claimed');
    givenToBob(...toShip, claimed('ann'))
      .when(claim(), later)
      .then(claimed('bob', { until: later + 30 * MINUTE }));
  });

  it('is kept for longer by whoever has it', () => {
    given(...toShip, claimed('ann'))
      .when(claim('to-ship', 60))
      .then(claimed('ann', { until: NOON + 60 * MINUTE }));
  });

  it('is left to others by whoever has it, and by nobody else', () => {
    given(...toShip, claimed('ann'))
      .when(release())
      .then(released('ann'));
    givenToBob(...toShip, claimed('ann'))
      .when(release())
      .thenRejected('work-claimed');
    givenToBob(...toShip, claimed('ann'), released('ann'))
      .when(claim())
      .then(claimed('bob'));
    given(...toShip)
      .when(release())
      .thenRejected('not-claimed', { kind: 'state' });
    given(...toShip, claimed('ann'))
      .when(release(), NOON + 30 * MINUTE)
      .thenRejected('not-claimed');
  });

  it('is worked on in each list by somebody else', () => {
    const both = [...toShip, shipped('p1', units('a', 1)), refundDue('refund-1', 100)] as const;
    givenToBob(...both, claimed('ann'))
      .when(claim('to-refund'))
      .then(claimed('bob', { list: 'to-refund' }));
    expect(
      given(...both, claimed('ann'), claimed('bob', { list: 'to-refund' })).state.handling?.claims,
    ).toEqual([
      { list: 'to-ship', by: 'ann', until: NOON + 30 * MINUTE },
      { list: 'to-refund', by: 'bob', until: NOON + 30 * MINUTE },
    ]);
  });

  it.each([
    ['to-ship before it is paid', 'to-ship', [orderPlaced()]],
    ['to-ship while it is held', 'to-ship', [...toShip, held]],
    ['to-refund when nothing is owed', 'to-refund', toShip],
    ['to-clarify when no payment is unclear', 'to-clarify', toShip],
  ])('is not claimed in %s', (_, list, events) => {
    given(...events)
      .when(claim(list))
      .thenRejected('not-in-list', { kind: 'state' });
  });

  it.each([
    ['has left', 'not-in-list', [...toShip, shipped('p1', units('a', 2, 'b', 1), true)]],
    ['was cancelled before it was paid', 'not-in-list', [orderPlaced(), cancelled()]],
  ])('is not claimed any more when it %s', (_, code, events) => {
    given(...events)
      .when(claim())
      .thenRejected(code);
  });

  it.each([
    ['terms before they are confirmed', 'to-ship', [orderPlaced({ lifecycle: 'terms' })]],
    ['a refund that is due', 'to-refund', [...toShip, cancelled(), refundDue('refund-1', 3499)]],
    ['an unpaid order that will be cancelled', 'at-risk', [orderPlaced()]],
    ['a hold', 'at-risk', [...toShip, held]],
  ])('is claimed for %s', (_, list, events) => {
    given(...events)
      .when(claim(list))
      .then(claimed('ann', { list }));
  });

  it('is in no other list', () => {
    const unknown = { kind: 'content', pointer: '/list' } as const;
    given(...toShip)
      .when(claim('to-eat'))
      .thenRejected('unknown-list', unknown);
    given(...toShip)
      .when(release('constructor'))
      .thenRejected('unknown-list', unknown);
  });

  it('tells nobody a name that looks like an e-mail address', () => {
    givenToBob(...toShip, claimed('ann@example.org'))
      .when(claim())
      .thenRejected('work-claimed', {
        reason: 'to-ship is claimed by somebody else until 2024-06-03T12:30:00.000Z',
      });
  });

  it('leaves the house whoever has claimed it', () => {
    givenToBob(...toShip, claimed('ann'))
      .when({ type: 'ShipLines', data: { parcelId: 'p1', lines: units('a', 2) } })
      .then(shipped('p1', units('a', 2)));
  });
});
