import { describe, expect, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import type { OrderEvent } from '../../messages/generated/order.ts';
import { withSourcing } from '../../tenant/sourcing.ts';
import type { TenantState } from '../../tenant/state.ts';
import { cancelled, orderPlaced, paid, refundDue, shipped, units } from '../example-events.ts';
import { exampleOrder, examplePlacement, exampleTenant, NOON } from '../examples.ts';
import { tableStepper, xstateStepper } from '../lifecycle/stepper.ts';
import { orderStreamType } from '../order-stream.ts';

const rule = { reserveAt: 'placing', whenShort: 'wait', waitAtMostMs: 0 };
const inTwoPlaces = (stock: string): TenantState =>
  ['berlin', 'paris'].reduce(
    (shop, location, index) =>
      withSourcing(shop, { ...rule, sku: `sku-${'ab'.charAt(index)}`, locations: [location] }),
    exampleTenant({ fulfilment: 'split', stock }),
  );
const named = (number: number) => `${exampleOrder.key}.${number}`;
const requested = (
  number: number,
  location: string,
  lines: readonly (string | number)[],
  attempt = 1,
): OrderEvent => ({
  type: 'FulfilmentRequested',
  data: { fulfilmentId: named(number), attempt, location, lines: units(...lines) },
});
const reduced = (number: number, why: string, ...lines: (string | number)[]): OrderEvent => ({
  type: 'FulfilmentReduced',
  data: { fulfilmentId: named(number), lines: units(...lines), why },
});
const linesCancelled = (amount: number, ...lines: (string | number)[]): OrderEvent => ({
  type: 'LinesCancelled',
  data: { lines: units(...lines), reason: 'late', amount, released: [], last: false },
});
const pay = { type: 'ConfirmPayment', data: paid().data } as const;
const ship = (parcelId: string, ...lines: (string | number)[]) =>
  ({ type: 'ShipLines', data: { parcelId, lines: units(...lines) } }) as const;
const both = [requested(1, 'berlin', ['a', 2]), requested(2, 'paris', ['b', 1])] as const;
const asked = [orderPlaced(), paid(), ...both] as const;

describe.each([tableStepper, xstateStepper])('fulfilling, by $name: an order', (stepper) => {
  const order = orderStreamType({ stepper });
  const givenIn = (shop: TenantState) => scenarios(order, { stream: exampleOrder, now: NOON, global: shop });
  const given = givenIn(inTwoPlaces('untracked'));

  it('asks each warehouse for its part once goods may leave, and not where the tenant does not want it', () => {
    given(orderPlaced())
      .when(pay)
      .then(paid(), ...both);
    givenIn(exampleTenant())(orderPlaced()).when(pay).then(paid());
    const place = { type: 'PlaceOrder', data: examplePlacement({ lifecycle: 'terms' }) } as const;
    given()
      .when(place)
      .then(orderPlaced({ lifecycle: 'terms' }), ...both);
  });

  it('opens a fulfilment when it is asked for the first time', () => {
    given(orderPlaced(), paid(), both[0]).thenSends({
      to: { type: 'fulfilment', key: named(1) },
      command: { type: 'RequestFulfilment', data: { location: 'berlin', lines: units('a', 2) } },
    });
    given(...asked, requested(1, 'berlin', ['a', 2], 2)).thenSends();
  });

  it('asks a warehouse for what stock holds, and for the rest when it holds that', () => {
    const tracked = givenIn(inTwoPlaces('tracked'));
    const placed = orderPlaced({ location: 'berlin' });
    const reserve = (...lines: (string | number)[]) =>
      ({ type: 'RecordReservation', data: { lines: units(...lines) } }) as const;
    const reserved = (...lines: (string | number)[]): OrderEvent => ({
      ...{ type: 'LinesReserved', data: { lines: units(...lines) } },
    });
    tracked(placed, reserved('a', 2)).when(pay).then(paid(), both[0]);
    tracked(placed, reserved('a', 2), paid(), both[0])
      .when(reserve('b', 1))
      .then(reserved('b', 1), requested(2, 'berlin', ['b', 1]));
  });

  it('asks nobody while it is held, and everybody when the last hold is released', () => {
    const held: OrderEvent = { type: 'OrderHeld', data: { holdId: 'hold-1', reason: 'odd' } };
    given(orderPlaced(), held).when(pay).then(paid());
    given(orderPlaced(), held, paid())
      .when({ type: 'ReleaseHold', data: { holdId: 'hold-1' } })
      .then({ type: 'HoldReleased', data: { holdId: 'hold-1', last: true } }, ...both);
  });

  it('picks and ships a part as a whole', () => {
    given(...asked)
      .when({ type: 'RecordFulfilmentPicked', data: { fulfilmentId: named(1) } })
      .then({ type: 'LinesPicked', data: { lines: units('a', 2) } });
    const left = shipped('P-1', units('a', 2));
    given(...asked)
      .when({ type: 'RecordFulfilmentShipped', data: { fulfilmentId: named(1), parcelId: 'P-1' } })
      .then({ ...left, data: { ...left.data, fulfilmentId: named(1) } });
    given(...asked)
      .when({ type: 'RecordFulfilmentShipped', data: { fulfilmentId: named(3), parcelId: 'P-1' } })
      .thenRejected('unknown-fulfilment');
  });

  it('lets nobody ship behind the back of the warehouse that was asked', () => {
    given(...asked)
      .when(ship('P-1', 'a', 1))
      .thenRejected('in-fulfilment');
    given(orderPlaced(), paid(), both[0])
      .when(ship('P-1', 'b', 1))
      .then(shipped('P-1', units('b', 1)));
  });

  it('has a part cancelled with its exact share, and the last one with all that is left', () => {
    const cancel = (number: number) =>
      ({
        type: 'RecordFulfilmentCancelled',
        data: { fulfilmentId: named(number), reason: 'late' },
      }) as const;
    const first = [
      reduced(1, 'cancelled', 'a', 2),
      linesCancelled(2333, 'a', 2),
      refundDue('refund-1', 2333),
    ];
    given(...asked)
      .when(cancel(1))
      .then(...first);
    given(...asked, ...first)
      .when(cancel(2))
      .then(reduced(2, 'cancelled', 'b', 1), cancelled(), refundDue('refund-2', 1166));
  });

  it('tells warehouses what was cancelled of their parts', () => {
    given(...asked)
      .when({ type: 'CancelOrder', data: { reason: 'late', lines: units('a', 1) } })
      .then(reduced(1, 'cancelled', 'a', 1), linesCancelled(1166, 'a', 1), refundDue('refund-1', 1166));
    given(...asked, reduced(1, 'cancelled', 'a', 1)).thenSends({
      to: { type: 'fulfilment', key: named(1) },
      command: { type: 'WithdrawLines', data: { lines: units('a', 1), why: 'cancelled' } },
    });
    given(...asked)
      .when({ type: 'CancelOrder', data: { reason: 'late', lines: null } })
      .then(
        reduced(2, 'cancelled', 'b', 1),
        reduced(1, 'cancelled', 'a', 2),
        cancelled(),
        refundDue('refund-1', 3499),
      );
  });

  it('asks again under the same name, and knows who does not answer', () => {
    given(...asked)
      .when({ type: 'RepeatFulfilmentRequest', data: { fulfilmentId: named(1), attempt: 2 } })
      .then(requested(1, 'berlin', ['a', 2], 2));
    const silent: OrderEvent = {
      type: 'FulfilmentUnanswered',
      data: { fulfilmentId: named(1), attempts: 2 },
    };
    const answered: OrderEvent = { type: 'FulfilmentAnswered', data: { fulfilmentId: named(1) } };
    expect(given(...asked, silent).state.parts.map(({ unanswered }) => unanswered)).toEqual([true, false]);
    expect(given(...asked, silent, answered).state.parts.some(({ unanswered }) => unanswered)).toBe(false);
  });
});

describe('arranging: an order', () => {
  const order = orderStreamType({ stepper: tableStepper });
  const givenIn = (shop: TenantState) => scenarios(order, { stream: exampleOrder, now: NOON, global: shop });
  const given = givenIn(inTwoPlaces('untracked'));
  const split = (number: number, ...lines: (string | number)[]) =>
    ({
      type: 'RecordFulfilmentSplit',
      data: { fulfilmentId: named(number), lines: units(...lines) },
    }) as const;
  const move = (number: number, location: string) =>
    ({ type: 'RecordFulfilmentMoved', data: { fulfilmentId: named(number), location } }) as const;
  const merge = (number: number, other: string) =>
    ({ type: 'RecordFulfilmentsMerged', data: { fulfilmentId: named(number), other } }) as const;
  const picked: OrderEvent = { type: 'LinesPicked', data: { lines: units('a', 2) } };

  it('sends a part in two, under new names', () => {
    given(...asked)
      .when(split(1, 'a', 1))
      .then(
        reduced(1, 'replaced', 'a', 2),
        requested(3, 'berlin', ['a', 1]),
        requested(4, 'berlin', ['a', 1]),
      );
    given(...asked)
      .when(split(1, 'a', 2))
      .thenRejected('nothing-left', { pointer: '/lines' });
    given(...asked)
      .when(split(1, 'b', 1))
      .thenRejected('quantity-exceeded', { pointer: '/lines/0/quantity' });
    given(...asked, picked)
      .when(split(1, 'a', 1))
      .thenRejected('already-picked');
  });

  it('sends a part from elsewhere', () => {
    given(...asked)
      .when(move(1, 'rome'))
      .then(reduced(1, 'replaced', 'a', 2), requested(3, 'rome', ['a', 2]));
    given(...asked)
      .when(move(1, 'berlin'))
      .thenRejected('same-location', { pointer: '/location' });
  });

  it('moves what stock holds to the stock of the other location first', () => {
    const tracked = givenIn(inTwoPlaces('tracked'));
    const reserved: OrderEvent = { type: 'LinesReserved', data: { lines: units('a', 2, 'b', 1) } };
    const held = [orderPlaced({ location: 'berlin' }), reserved, paid()] as const;
    const part = requested(1, 'berlin', ['a', 2, 'b', 1]);
    const line = (lineId: string, quantity: number) => ({
      ...{ lineId, quantity, location: 'rome', from: 'berlin', released: quantity },
    });
    const relocated: OrderEvent = { type: 'LinesRelocated', data: { lines: [line('a', 2), line('b', 1)] } };
    tracked(...held, part)
      .when(move(1, 'rome'))
      .then(reduced(1, 'replaced', 'a', 2, 'b', 1), relocated);
    const stock = (type: string, lineId: string, location: string, quantity: number) => ({
      to: { type: 'stock', key: `sku-${lineId}@${location}` },
      command: { type, data: { orderId: exampleOrder.key, lineId, quantity } },
    });
    tracked(...held, part, reduced(1, 'replaced', 'a', 2, 'b', 1), relocated).thenSends(
      stock('ReleaseStock', 'a', 'berlin', 2),
      stock('ReserveStock', 'a', 'rome', 2),
      stock('ReleaseStock', 'b', 'berlin', 1),
      stock('ReserveStock', 'b', 'rome', 1),
    );
    tracked(orderPlaced({ location: 'berlin' }), paid(), requested(1, 'berlin', ['a', 1]))
      .when(move(1, 'rome'))
      .thenRejected('line-not-whole');
  });

  it('sends two parts of one place together', () => {
    const halves = [
      reduced(1, 'replaced', 'a', 2),
      requested(3, 'berlin', ['a', 1]),
      requested(4, 'berlin', ['a', 1]),
    ];
    given(...asked, ...halves)
      .when(merge(3, named(4)))
      .then(reduced(3, 'replaced', 'a', 1), reduced(4, 'replaced', 'a', 1), requested(5, 'berlin', ['a', 2]));
    given(...asked)
      .when(merge(1, named(2)))
      .thenRejected('other-location', { pointer: '/other' });
    given(...asked)
      .when(merge(1, named(1)))
      .thenRejected('unknown-fulfilment');
    given(...asked)
      .when(merge(1, 'another.2'))
      .thenRejected('unknown-fulfilment');
  });
});
