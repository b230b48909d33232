import { describe, expect, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import { cancelled, orderPlaced, units } from '../example-events.ts';
import { exampleOrder, exampleTenant, NOON } from '../examples.ts';
import { tableStepper, xstateStepper } from '../lifecycle/stepper.ts';
import { orderStreamType } from '../order-stream.ts';

const record = (...said: (string | number)[]) =>
  ({ type: 'RecordReservation', data: { lines: units(...said) } }) as const;
const reserved = (...said: (string | number)[]) =>
  ({ type: 'LinesReserved', data: { lines: units(...said) } }) as const;
const returned = (...said: (string | number)[]) =>
  ({ type: 'ReservationReturned', data: { lines: units(...said) } }) as const;
const refused = (...said: (string | number)[]) => ({ lines: units(...said), code: 'insufficient-stock' });

describe.each([tableStepper, xstateStepper])('reserving, by $name: an order', (stepper) => {
  const order = orderStreamType({ stepper });
  const given = scenarios(order, {
    stream: exampleOrder,
    now: NOON,
    global: exampleTenant({ stock: 'tracked' }),
  });
  const placed = orderPlaced({ location: 'berlin' });

  it('notes what stock holds for it, in one event for all that came together', () => {
    const together = order.commands.RecordReservation.merge?.(
      { lines: units('a', 1) },
      { lines: units('b', 1, 'a', 1) },
    );
    expect(together).toEqual({ lines: units('a', 2, 'b', 1) });
    given(placed)
      .when(record('a', 2, 'b', 1))
      .then(reserved('a', 2, 'b', 1));
  });

  it('notes what stock refused as missing', () => {
    const before = given(placed).when({ type: 'RecordReservationRefused', data: refused('b', 1) });
    before.then({ type: 'ReservationRefused', data: refused('b', 1) });
    expect(before.state.lines[1]).toMatchObject({ asked: 0, reserved: 0, short: 1 });
  });

  it('sends a refusal of stock to itself', () => {
    const sent = { orderId: exampleOrder.key, lineId: 'b', quantity: 1 };
    const rejection = { code: 'insufficient-stock', reason: '', kind: 'state' } as const;
    expect(
      order.onRefused?.['ReserveStock']?.(sent, rejection, {
        ...exampleOrder,
        type: 'stock',
        key: 'sku-b@berlin',
      }),
    ).toEqual({
      type: 'RecordReservationRefused',
      data: refused('b', 1),
    });
  });

  it('gives back what comes for units that were cancelled meanwhile', () => {
    const part = { lines: units('a', 1), reason: 'late', amount: 1166, released: [], last: false };
    given(placed, cancelled()).when(record('a', 2)).then(returned('a', 2));
    given(placed, { type: 'LinesCancelled', data: part })
      .when(record('a', 2))
      .then(reserved('a', 1), returned('a', 1));
    given(placed, cancelled(), returned('b', 1)).thenSends({
      to: { type: 'stock', key: 'sku-b@berlin' },
      command: { type: 'ReleaseStock', data: { orderId: exampleOrder.key, lineId: 'b', quantity: 1 } },
    });
  });

  it('is over only when stock has answered for every line', () => {
    const over = (...more: ReturnType<typeof returned>[]) =>
      order.decider.isTerminal(given(placed, cancelled(), ...more).state);
    expect([over(), over(returned('a', 2)), over(returned('a', 2, 'b', 1))]).toEqual([false, false, true]);
  });

  it('refuses what stock holds for a line that it does not have', () => {
    given(placed).when(record('z', 1)).thenRejected('unknown-line');
  });
});
