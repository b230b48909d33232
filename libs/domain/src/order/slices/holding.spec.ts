import { describe, expect, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import { cancelled, delivered, orderPlaced, paid, shipped, units } from '../example-events.ts';
import { exampleOrder, exampleTenant, NOON } from '../examples.ts';
import { tableStepper, xstateStepper } from '../lifecycle/stepper.ts';
import { orderStreamType } from '../order-stream.ts';

const hold = (reason: string, holdId: string | null = null) =>
  ({ type: 'HoldOrder', data: { holdId, reason } }) as const;
const held = (holdId: string, reason = 'fraud check') =>
  ({ type: 'OrderHeld', data: { holdId, reason } }) as const;
const release = (holdId: string) => ({ type: 'ReleaseHold', data: { holdId } }) as const;
const released = (holdId: string, last: boolean) =>
  ({ type: 'HoldReleased', data: { holdId, last } }) as const;
const ship = { type: 'ShipLines', data: { parcelId: 'p1', lines: units('a', 2) } } as const;
const pick = { type: 'PickLines', data: { lines: units('a', 1) } } as const;

describe.each([tableStepper, xstateStepper])('holding, by $name: an order', (stepper) => {
  const order = orderStreamType({ stepper });
  const tenant = exampleTenant();
  const given = scenarios(order, { stream: exampleOrder, now: NOON, global: tenant });
  const once = [orderPlaced(), paid(), held('hold-1')] as const;
  const twice = [...once, held('legal', 'address looks wrong')] as const;

  it('is held with a reason, several times at once', () => {
    given(orderPlaced()).when(hold('fraud check')).then(held('hold-1'));
    given(...once)
      .when(hold('address looks wrong', 'legal'))
      .then(held('legal', 'address looks wrong'));
    expect(given(...twice).state.handling?.holds).toEqual([
      { holdId: 'hold-1', reason: 'fraud check' },
      { holdId: 'legal', reason: 'address looks wrong' },
    ]);
  });

  it('gives a hold a name that it never gave before, and that nobody has chosen', () => {
    given(...once, released('hold-1', true))
      .when(hold('again'))
      .then(held('hold-2', 'again'));
    given(orderPlaced(), held('hold-2')).when(hold('again')).then(held('hold-3', 'again'));
  });

  it('is not held twice under one name, nor by more than twenty', () => {
    given(...once)
      .when(hold('again', 'hold-1'))
      .thenRejected('hold-exists', { kind: 'state' });
    const many = Array.from({ length: 20 }, (_, n) => held(`h${n}`));
    given(orderPlaced(), ...many)
      .when(hold('one more'))
      .thenRejected('too-many-holds');
  });

  it('neither leaves the shelf nor the house while it is held; the refusal names the holds', () => {
    for (const command of [ship, pick])
      given(...twice)
        .when(command)
        .thenRejected('order-held', {
          kind: 'state',
          reason: `${command.type} is not possible while the order is held by hold-1, legal`,
        });
  });

  it('goes on when the last hold is released, not before', () => {
    given(...twice)
      .when(release('hold-1'))
      .then(released('hold-1', false));
    given(...twice, released('hold-1', false))
      .when(ship)
      .thenRejected('order-held');
    given(...twice, released('hold-1', false))
      .when(release('legal'))
      .then(released('legal', true));
    given(...twice, released('hold-1', false), released('legal', true))
      .when(ship)
      .then(shipped('p1', units('a', 2)));
  });

  it('has no hold that it was not given', () => {
    given(...once)
      .when(release('hold-9'))
      .thenRejected('unknown-hold', { kind: 'content', pointer: '/holdId' });
    given(orderPlaced()).when(release('hold-1')).thenRejected('not-allowed-now');
  });

  it('is paid, delivered and cancelled while it is held', () => {
    given(orderPlaced(), held('hold-1'))
      .when({
        type: 'ConfirmPayment',
        data: { paymentId: 'pay-1', amount: 3499, currency: 'EUR', provider: 'bank' },
      })
      .then(paid());
    const sent = [orderPlaced(), paid(), shipped('p1', units('a', 2)), held('hold-1')] as const;
    given(...sent)
      .when({ type: 'ConfirmDelivery', data: { parcelId: 'p1' } })
      .then(delivered('p1', units('a', 2)));
    given(orderPlaced(), held('hold-1'))
      .when({ type: 'CancelOrder', data: { reason: 'late', lines: null } })
      .then(cancelled());
  });

  it('is no longer held when nothing is left that could leave', () => {
    const { state } = given(orderPlaced(), held('hold-1'), cancelled());
    expect([order.explain(state, tenant).status['hold'], state.handling?.holds]).toEqual(['clear', []]);
    given(orderPlaced(), held('hold-1'), cancelled()).when(release('hold-1')).thenRejected('not-allowed-now');
  });

  it('that has left whole is not held any more', () => {
    given(orderPlaced(), paid(), shipped('p1', units('a', 2, 'b', 1), true))
      .when(hold('too late'))
      .thenRejected('not-allowed-now');
  });

  it('says what was meant where its own status is in the way as well', () => {
    given(orderPlaced(), held('hold-1')).when(ship).thenRejected('not-allowed-now');
  });

  it('has no reason with somebody in it', () => {
    given(orderPlaced())
      .when(hold('ask ann@example.org'))
      .thenRejected('personal-data', { kind: 'content', pointer: '/reason' });
  });
});
