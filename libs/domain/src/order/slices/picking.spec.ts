import { describe, expect, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import { orderPlaced, paid, units } from '../example-events.ts';
import { exampleOrder, exampleTenant, NOON } from '../examples.ts';
import { tableStepper, xstateStepper } from '../lifecycle/stepper.ts';
import { orderStreamType } from '../order-stream.ts';

const pick = (...said: (string | number)[]) =>
  ({ type: 'PickLines', data: { lines: units(...said) } }) as const;
const picked = (...said: (string | number)[]) =>
  ({ type: 'LinesPicked', data: { lines: units(...said) } }) as const;
const miss = (...said: (string | number)[]) =>
  ({ type: 'ReportShortage', data: { lines: units(...said) } }) as const;
const missing = (...said: (string | number)[]) =>
  ({ type: 'ShortageReported', data: { lines: units(...said) } }) as const;
const reorder = (...said: (string | number)[]) =>
  ({ type: 'ReorderLines', data: { lines: units(...said) } }) as const;
const reserved = (...said: (string | number)[]) =>
  ({ type: 'LinesReserved', data: { lines: units(...said) } }) as const;

describe.each([tableStepper, xstateStepper])('picking, by $name: an order', (stepper) => {
  const given = scenarios(orderStreamType({ stepper }), {
    stream: exampleOrder,
    now: NOON,
    global: exampleTenant(),
  });
  const onTerms = orderPlaced({ lifecycle: 'terms' });

  it('on terms is picked before it is confirmed', () => {
    given(onTerms).when(pick('a', 1)).then(picked('a', 1));
  });

  it('of retail is picked once it is paid', () => {
    given(orderPlaced()).when(pick('a', 1)).thenRejected('not-allowed-now');
    given(orderPlaced(), paid())
      .when(pick('a', 2, 'b', 1))
      .then(picked('a', 2, 'b', 1));
  });

  it('is not picked beyond what was ordered', () => {
    given(onTerms, picked('a', 1))
      .when(pick('a', 2))
      .thenRejected('quantity-exceeded', { pointer: '/lines/0/quantity' });
    given(onTerms)
      .when(pick('b', 1, 'c', 1))
      .thenRejected('unknown-line', { pointer: '/lines/1/lineId' });
  });

  it('misses units, which are picked only once they were ordered again', () => {
    given(onTerms).when(miss('b', 1)).then(missing('b', 1));
    given(onTerms, missing('b', 1)).when(pick('b', 1)).thenRejected('quantity-exceeded');
    const reordered = { type: 'LinesReordered', data: { lines: units('b', 1), reserve: [] } } as const;
    given(onTerms, missing('b', 1)).when(reorder('b', 1)).then(reordered);
    given(onTerms, missing('b', 1), reordered).when(pick('b', 1)).then(picked('b', 1));
  });

  it('orders nothing again that is not missing', () => {
    given(onTerms).when(reorder('b', 1)).thenRejected('quantity-exceeded');
  });

  it('is picked only as far as stock holds units for it', () => {
    const placed = orderPlaced({ lifecycle: 'terms', location: 'berlin' });
    given(placed).when(pick('a', 1)).thenRejected('not-reserved', { kind: 'state' });
    given(placed, reserved('a', 2)).when(pick('a', 2)).then(picked('a', 2));
  });

  it('asks stock once more for what it refused, not for what it holds', () => {
    const placed = orderPlaced({ lifecycle: 'terms', location: 'berlin' });
    const refused = {
      type: 'ReservationRefused',
      data: { lines: units('b', 1), code: 'insufficient-stock' },
    } as const;
    const again = { type: 'LinesReordered', data: { lines: units('b', 1), reserve: units('b', 1) } } as const;
    given(placed, refused).when(reorder('b', 1)).then(again);
    given(placed, refused, again).thenSends({
      to: { type: 'stock', key: 'sku-b@berlin' },
      command: { type: 'ReserveStock', data: { orderId: exampleOrder.key, lineId: 'b', quantity: 1 } },
    });
    given(placed, reserved('b', 1), missing('b', 1))
      .when(reorder('b', 1))
      .then({ type: 'LinesReordered', data: { lines: units('b', 1), reserve: [] } });
  });

  it('counts what it picked', () => {
    expect(given(onTerms, picked('a', 1)).when(pick('a', 1)).state.lines[0]).toMatchObject({
      picked: 2,
      shipped: 0,
    });
  });
});
