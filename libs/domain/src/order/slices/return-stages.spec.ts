import { describe, expect, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import type { OrderEvent } from '../../messages/generated/order.ts';
import {
  delivered,
  orderPlaced,
  paid,
  refundDue,
  returnRequested,
  shipped,
  units,
} from '../example-events.ts';
import { exampleOrder, exampleTenant, NOON } from '../examples.ts';
import { tableStepper, xstateStepper } from '../lifecycle/stepper.ts';
import { orderStreamType } from '../order-stream.ts';

type Lines = ReturnType<typeof units>;

const returnId = 'return-1';
const reason = 'one is worn';
const all = units('a', 2, 'b', 1);
const good = units('a', 1, 'b', 1);
const arrived = [orderPlaced(), paid(), shipped('p1', all, true), delivered('p1', all, true)];
const asked = [...arrived, returnRequested(returnId, all)];
const approved = { type: 'ReturnApproved', data: { returnId } } as const;
const sent = { type: 'ReturnShipped', data: { returnId, parcelId: 'back-1' } } as const;
const received = { type: 'ReturnReceived', data: { returnId } } as const;
const inspected = (accepted: Lines = good) =>
  ({ type: 'ReturnInspected', data: { returnId, accepted, reason } }) as const;
const approve = { type: 'ApproveReturn', data: { returnId } } as const;
const report = { type: 'ReportReturnShipped', data: { returnId, parcelId: 'back-1' } } as const;
const receive = { type: 'ReceiveReturn', data: { returnId } } as const;
const inspect = (accepted: Lines = good) =>
  ({ type: 'InspectReturn', data: { returnId, accepted, reason } }) as const;
const resolve = (accepted: boolean) =>
  ({ type: 'ResolveReturn', data: { returnId, accepted, exchange: false, reason: '' } }) as const;
const resolved = (lines: Lines, declined: Lines, amount: number) =>
  ({
    type: 'ReturnResolved',
    data: {
      returnId,
      accepted: amount > 0,
      lines,
      declined,
      amount,
      exchanged: false,
      reason: '',
      last: true,
    },
  }) as const;

describe.each([tableStepper, xstateStepper])('a return, by $name,', (stepper) => {
  const order = orderStreamType({ stepper });
  const tenant = exampleTenant();
  const given = scenarios(order, { stream: exampleOrder, now: NOON, global: tenant });
  const allowed = (...events: readonly OrderEvent[]): readonly string[] =>
    order.explain(given(...events).state, tenant).allowedCommands.filter((type) => type.endsWith('Return'));

  it('goes from hand to hand', () => {
    given(...asked)
      .when(approve)
      .then(approved);
    given(...asked, approved)
      .when(report)
      .then(sent);
    given(...asked, approved, sent)
      .when(receive)
      .then(received);
    given(...asked, approved, sent, received)
      .when(inspect())
      .then(inspected());
  });

  it('arrives though nobody has told that it left', () => {
    given(...asked, approved)
      .when(receive)
      .then(received);
  });

  it('is offered what may follow, and no more', () => {
    expect(allowed(...arrived)).toEqual(['RequestReturn']);
    expect(allowed(...asked)).toEqual(['RequestReturn', 'ResolveReturn', 'ApproveReturn']);
    expect(allowed(...asked, approved, received)).toEqual([
      'RequestReturn',
      'ResolveReturn',
      'InspectReturn',
    ]);
  });

  it('is given back as far as it was found good, in its exact share; the rest may come again', () => {
    const bad = units('a', 1);
    const found = [...asked, approved, received, inspected()];
    const events = [resolved(good, bad, 2332), refundDue('refund-1', 2332)];
    given(...found)
      .when(resolve(true))
      .then(...events);
    const counts = given(...found, ...events).state.lines;
    expect(counts.map(({ returning, returned }) => [returning, returned])).toEqual(
      units('a', 1, 'b', 1).map(({ quantity }) => [0, quantity]),
    );
    given(...found, ...events)
      .when({ type: 'RequestReturn', data: { lines: bad, reason: 'too small' } })
      .then(returnRequested('return-2', bad));
  });

  it('of which all was found good is given back whole', () => {
    given(...asked, approved, received, inspected(all))
      .when(resolve(true))
      .then(resolved(all, [], 3499), refundDue('refund-1', 3499));
  });

  it('of which nothing was found good is declined, and not accepted', () => {
    const found = [...asked, approved, received, inspected([])];
    given(...found)
      .when(resolve(true))
      .thenRejected('nothing-accepted', { kind: 'state' });
    given(...found)
      .when(resolve(false))
      .then(resolved(all, [], 0));
  });

  it('is resolved at once where a shop needs no more, and declined wherever it is', () => {
    given(...asked)
      .when(resolve(true))
      .then(resolved(all, [], 3499), refundDue('refund-1', 3499));
    for (const events of [[], [approved], [approved, sent], [approved, received]])
      given(...asked, ...events)
        .when(resolve(false))
        .then(resolved(all, [], 0));
  });

  it('that was let come brings no money back before it is there', () => {
    given(...asked, approved)
      .when(resolve(true))
      .thenRejected('return-stage', { kind: 'state' });
    given(...asked, approved, sent)
      .when(resolve(true))
      .thenRejected('return-stage', { kind: 'state' });
    given(...asked, approved, sent, received)
      .when(resolve(true))
      .then(resolved(all, [], 3499), refundDue('refund-1', 3499));
  });

  it.each([
    ['approved twice', [approved], approve],
    ['sent before it is approved', [], report],
    ['received before it is approved', [], receive],
    ['inspected before it is there', [approved, sent], inspect()],
    ['inspected twice', [approved, received, inspected()], inspect()],
  ])('is not %s', (_what, events, command) => {
    given(...asked, ...events)
      .when(command)
      .thenRejected('return-stage', { kind: 'state' });
  });

  it('is told from others, and over once it is resolved', () => {
    const two = [
      ...arrived,
      returnRequested(returnId, units('a', 1)),
      returnRequested('return-2', units('b', 1)),
      approved,
    ];
    given(...two)
      .when(approve)
      .thenRejected('return-stage', { kind: 'state' });
    given(...two)
      .when({ type: 'ApproveReturn', data: { returnId: 'return-3' } })
      .thenRejected('unknown-return', { pointer: '/returnId' });
    given(...two, {
      ...resolved(units('a', 1), [], 0),
      data: { ...resolved(units('a', 1), [], 0).data, last: false },
    })
      .when(approve)
      .thenRejected('return-resolved', { kind: 'state' });
  });

  it.each([
    ['a unit more than came back', units('b', 1, 'a', 3), '/accepted/1/quantity'],
    ['a line that did not', units('z', 1), '/accepted/0/quantity'],
  ])('is not found good by %s', (_what, accepted, pointer) => {
    given(...asked, approved, received)
      .when(inspect(accepted))
      .thenRejected('quantity-exceeded', { pointer });
  });

  it('brings back to the shelf what was found good', () => {
    const placed = orderPlaced({ location: 'berlin' });
    given(
      placed,
      ...asked.slice(1),
      approved,
      received,
      inspected(),
      resolved(good, units('a', 1), 2332),
    ).thenSends(
      ...['a', 'b'].map((lineId) => ({
        to: { type: 'stock', key: `sku-${lineId}@berlin` },
        command: { type: 'RestockStock', data: { orderId: exampleOrder.key, lineId, quantity: 1 } },
      })),
    );
  });
});
