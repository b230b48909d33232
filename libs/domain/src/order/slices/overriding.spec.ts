import { describe, expect, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import { delivered, orderPlaced, paid, returnRequested, shipped, units } from '../example-events.ts';
import { exampleOrder, exampleTenant, NOON } from '../examples.ts';
import { keptMoney, outstanding } from '../giving-back.ts';
import { tableStepper, xstateStepper } from '../lifecycle/stepper.ts';
import { orderStreamType } from '../order-stream.ts';
import { isAtRest } from '../at-rest.ts';
import { orderSections } from '../sections.ts';

const reason = 'the carrier has lost its scanner';
const force = (region: string, status: string) =>
  ({ type: 'OverrideStatus', data: { region, status, reason } }) as const;
const forced = (region: string, from: string, status: string) =>
  ({ type: 'StatusOverridden', data: { buyerId: 'ann', region, from, status, reason, due: null } }) as const;
const all = units('a', 2, 'b', 1);
const sent = [orderPlaced(), paid(), shipped('p1', all, true)] as const;
const arrived = [...sent, delivered('p1', all, true)] as const;
const onTerms = [
  orderPlaced({ lifecycle: 'terms' }),
  { type: 'OrderConfirmed', data: { due: NOON + 1 } },
  shipped('p1', all, true),
] as const;

describe.each([tableStepper, xstateStepper])('overriding, by $name: an order', (stepper) => {
  const order = orderStreamType({ stepper });
  const tenant = exampleTenant();
  const given = scenarios(order, { stream: exampleOrder, now: NOON, global: tenant });

  it('that was sent whole is delivered because somebody says so, and can come back', () => {
    given(...sent)
      .when(force('fulfilment', 'delivered'))
      .then(forced('fulfilment', 'shipped', 'delivered'));
    const after = given(...sent, forced('fulfilment', 'shipped', 'delivered'));
    expect(after.state.lines.map((counts) => counts.delivered)).toEqual([2, 1]);
    expect(after.state.parcels).toMatchObject([{ delivered: true }]);
    expect(isAtRest(after.state)).toBe(true);
    after
      .when({ type: 'RequestReturn', data: { lines: units('a', 1), reason: 'too small' } })
      .then(returnRequested('return-1', units('a', 1)));
  });

  it('that was said to be delivered is on its way again, until it arrives', () => {
    given(...arrived)
      .when(force('fulfilment', 'shipped'))
      .then(forced('fulfilment', 'delivered', 'shipped'));
    const after = given(...arrived, forced('fulfilment', 'delivered', 'shipped'));
    expect(order.explain(after.state, tenant).status).toMatchObject({
      ...{ fulfilment: 'shipped', afterSale: 'none' },
    });
    after.when({ type: 'ConfirmDelivery', data: { parcelId: 'p1' } }).then(delivered('p1', all, true));
  });

  it('of which something comes back has arrived', () => {
    given(...arrived, returnRequested('return-1', units('a', 1)))
      .when(force('fulfilment', 'shipped'))
      .thenRejected('not-allowed-now');
  });

  it('on terms owes nothing any more when its debt is written off', () => {
    given(...onTerms)
      .when(force('payment', 'void'))
      .then(forced('payment', 'due', 'void'));
    const { state } = given(...onTerms, forced('payment', 'due', 'void'));
    expect([outstanding(state), keptMoney(state), state.money.reduced, state.deadline]).toEqual([
      ...[0, 0, 3499, null],
    ]);
  });

  it.each([
    ['paid', 'payment', 'paid'],
    ['refunded', 'payment', 'refunded'],
    ['open again', 'fulfilment', 'open'],
    ['where it is', 'fulfilment', 'shipped'],
    ['resolved', 'afterSale', 'resolved'],
  ])('is not forced to be %s: money and units come from facts', (_what, region, status) => {
    given(...onTerms)
      .when(force(region, status))
      .thenRejected('override-refused', { kind: 'state' });
  });

  it.each([
    ['payment', 'eaten'],
    ['weather', 'open'],
    ['constructor', 'name'],
    ['payment', 'constructor'],
  ])('is not forced into %s.%s, which it does not have', (region, status) => {
    given(...sent)
      .when(force(region, status))
      .thenRejected('unknown-status', { kind: 'content' });
  });

  it('is forced nowhere from where its lifecycle declares nothing', () => {
    given(orderPlaced(), paid()).when(force('fulfilment', 'delivered')).thenRejected('not-allowed-now');
  });

  it('is forced by somebody, upon a version of what is forced', () => {
    const { needsActor, decidesOn } = order.commands.OverrideStatus;
    const of = (region: string) => decidesOn?.(force(region, 'x').data);
    expect([needsActor, of('payment'), of('fulfilment'), of('afterSale')]).toEqual([
      ...[true, 'payment', 'fulfilment', 'fulfilment'],
    ]);
    const { state } = given(...onTerms, forced('payment', 'due', 'void'));
    expect(orderSections(state)).toMatchObject({ payment: 4, fulfilment: 3 });
  });
});
