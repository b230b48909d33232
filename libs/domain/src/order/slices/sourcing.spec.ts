import { describe, expect, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import type { SourcingSetData } from '../../messages/generated/tenant.ts';
import { withSourcing } from '../../tenant/sourcing.ts';
import type { TenantState } from '../../tenant/state.ts';
import { orderPlaced, paid, refundDue, units } from '../example-events.ts';
import { exampleOrder, examplePlacement, exampleTenant, NOON } from '../examples.ts';
import { tableStepper, xstateStepper } from '../lifecycle/stepper.ts';
import { orderStreamType } from '../order-stream.ts';

const shopWith = (...rules: readonly Partial<SourcingSetData>[]): TenantState =>
  rules.reduce<TenantState>(
    (shop, rule) =>
      withSourcing(shop, {
        sku: '*',
        reserveAt: 'placing',
        locations: [],
        whenShort: 'wait',
        waitAtMostMs: 0,
        ...rule,
      }),
    exampleTenant({ stock: 'tracked', location: 'berlin' }),
  );
const later = (lifecycle: string) => {
  const placed = orderPlaced({ location: 'berlin', lifecycle });
  return { ...placed, data: { ...placed.data, reserveLater: ['a', 'b'] } };
};
const place = (lifecycle: string) => ({ type: 'PlaceOrder', data: examplePlacement({ lifecycle }) }) as const;
const pay = { type: 'ConfirmPayment', data: paid().data } as const;
const requested = (...said: (string | number)[]) =>
  ({ type: 'ReservationRequested', data: { lines: units(...said) } }) as const;
const reserved = (...said: (string | number)[]) =>
  ({ type: 'LinesReserved', data: { lines: units(...said) } }) as const;
const refuse = (...said: (string | number)[]) =>
  ({
    type: 'RecordReservationRefused',
    data: { lines: units(...said), code: 'insufficient-stock' },
  }) as const;
const refused = (...said: (string | number)[]) =>
  ({ ...refuse(...said), type: 'ReservationRefused' }) as const;
const relocated = (lineId: string, quantity: number, location: string) =>
  ({
    type: 'LinesRelocated',
    data: { lines: [{ lineId, quantity, location, from: null, released: 0 }] },
  }) as const;
const asks = (lineId: string, quantity: number, location: string) => ({
  to: { type: 'stock', key: `sku-${lineId}@${location}` },
  command: { type: 'ReserveStock', data: { orderId: exampleOrder.key, lineId, quantity } },
});

describe.each([tableStepper, xstateStepper])('sourcing, by $name: an order', (stepper) => {
  const givenIn = (shop: TenantState) =>
    scenarios(orderStreamType({ stepper }), { stream: exampleOrder, now: NOON, global: shop });
  const atPayment = givenIn(shopWith({ reserveAt: 'payment' }));

  it('asks no stock before it is paid, where the rule of the sku says so', () => {
    atPayment().when(place('retail')).then(later('retail'));
    atPayment(later('retail')).thenSends();
    atPayment(later('retail'))
      .when(pay)
      .then(paid(), requested('a', 2, 'b', 1));
    atPayment(later('retail'), paid(), requested('a', 2, 'b', 1)).thenSends(
      asks('a', 2, 'berlin'),
      asks('b', 1, 'berlin'),
    );
  });

  it('asks at once where goods may leave before anybody has paid', () => {
    atPayment()
      .when(place('terms'))
      .then(later('terms'), requested('a', 2, 'b', 1));
  });

  it('asks for what is still wanted when it is paid', () => {
    const part = { lines: units('a', 1), reason: 'late', amount: 1167, released: [], last: false };
    atPayment(later('retail'), { type: 'LinesCancelled', data: part })
      .when({ ...pay, data: { ...pay.data, amount: 2332 } })
      .then(paid(2332), requested('a', 1, 'b', 1));
  });

  it('asks while it is held: a hold keeps goods in the house, not away from it', () => {
    const held = { type: 'OrderHeld', data: { holdId: 'hold-1', reason: 'odd' } } as const;
    atPayment(later('retail'), held)
      .when(pay)
      .then(paid(), requested('a', 2, 'b', 1));
  });

  it('follows the rule of each sku, and asks at its first location', () => {
    const shop = shopWith({ reserveAt: 'payment' }, { sku: 'sku-b', locations: ['paris', 'rome'] });
    const placed = orderPlaced({ location: 'berlin' });
    const [inBerlin, other] = placed.data.lines;
    const lines = [inBerlin!, { ...other!, location: 'paris' }];
    givenIn(shop)()
      .when(place('retail'))
      .then({ ...placed, data: { ...placed.data, lines, reserveLater: ['a'] } });
  });

  it('asks the next location where one does not have all of a line, and waits where none has', () => {
    const given = givenIn(shopWith({ locations: ['berlin', 'paris'] }));
    const placed = orderPlaced({ location: 'berlin' });
    given(placed)
      .when(refuse('a', 2))
      .then(relocated('a', 2, 'paris'));
    const moved = given(placed, relocated('a', 2, 'paris'));
    moved.thenSends(asks('a', 2, 'paris'));
    moved.when(refuse('a', 2)).then(refused('a', 2));
    expect(moved.when(refuse('a', 2)).state.lines[0]).toMatchObject({ asked: 0, short: 2 });
  });

  it('leaves a line where it is of which a part was cancelled', () => {
    const part = { lines: units('a', 1), reason: 'late', amount: 1167, released: [], last: false };
    givenIn(shopWith({ locations: ['berlin', 'paris'] }))(orderPlaced({ location: 'berlin' }), {
      type: 'LinesCancelled',
      data: part,
    })
      .when(refuse('a', 2))
      .then(refused('a', 2));
  });

  it('gives the exact share back of what nobody has, and everything where nothing is left', () => {
    const given = givenIn(shopWith({ reserveAt: 'payment', whenShort: 'cancel' }));
    const asked = [later('retail'), paid(), requested('a', 2, 'b', 1)] as const;
    const part = {
      lines: units('a', 2),
      reason: 'insufficient-stock',
      amount: 2333,
      released: [],
      last: false,
    };
    const gone = { type: 'LinesCancelled', data: part } as const;
    given(...asked)
      .when(refuse('a', 2))
      .then(refused('a', 2), gone, refundDue('refund-1', 2333));
    const whole = { buyerId: 'ann', reason: 'insufficient-stock', released: [] };
    given(...asked, refused('a', 2), gone, refundDue('refund-1', 2333))
      .when(refuse('b', 1))
      .then(refused('b', 1), { type: 'OrderCancelled', data: whole }, refundDue('refund-2', 1166));
  });

  it('cancels nothing of what it holds already', () => {
    givenIn(shopWith({ whenShort: 'cancel' }))(orderPlaced({ location: 'berlin' }), reserved('a', 2))
      .when(refuse('a', 2))
      .then(refused('a', 2));
  });
});
