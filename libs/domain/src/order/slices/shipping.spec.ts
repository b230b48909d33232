import { describe, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import { delivered, orderPlaced, paid, shipped, units } from '../example-events.ts';
import { exampleOrder, exampleTenant, NOON } from '../examples.ts';
import { tableStepper, xstateStepper } from '../lifecycle/stepper.ts';
import { orderStreamType } from '../order-stream.ts';

const ship = (parcelId: string, ...said: (string | number)[]) =>
  ({ type: 'ShipLines', data: { parcelId, lines: units(...said) } }) as const;
const deliver = (parcelId: string) => ({ type: 'ConfirmDelivery', data: { parcelId } }) as const;

describe.each([tableStepper, xstateStepper])('shipping, by $name: an order', (stepper) => {
  const given = scenarios(orderStreamType({ stepper }), {
    stream: exampleOrder,
    now: NOON,
    global: exampleTenant(),
  });
  const first = shipped('p1', units('a', 1));
  const second = shipped('p2', units('a', 1, 'b', 1), true);

  it('of retail leaves once it is paid', () => {
    given(orderPlaced())
      .when(ship('p1', 'a', 1))
      .thenRejected('not-allowed-now');
    given(orderPlaced(), paid())
      .when(ship('p1', 'a', 1))
      .then(first);
  });

  it('on terms leaves before it is confirmed', () => {
    given(orderPlaced({ lifecycle: 'terms' }))
      .when(ship('p1', 'a', 1))
      .then(first);
  });

  it('has left with its last units', () => {
    given(orderPlaced(), paid(), first)
      .when(ship('p2', 'a', 1, 'b', 1))
      .then(second);
    given(orderPlaced(), paid(), first, second)
      .when(ship('p3', 'a', 1))
      .thenRejected('not-allowed-now');
  });

  it('never leaves twice', () => {
    given(orderPlaced(), paid(), first)
      .when(ship('p2', 'a', 2))
      .thenRejected('quantity-exceeded');
    given(orderPlaced(), paid(), first)
      .when(ship('p1', 'b', 1))
      .thenRejected('parcel-used', { pointer: '/parcelId' });
  });

  it('leaves only as far as stock holds units for it, and stock hears of it', () => {
    const placed = orderPlaced({ location: 'berlin' });
    const reserved = { type: 'LinesReserved', data: { lines: units('a', 1) } } as const;
    given(placed, paid(), reserved)
      .when(ship('p1', 'a', 2))
      .thenRejected('not-reserved');
    given(placed, paid(), reserved, first).thenSends({
      to: { type: 'stock', key: 'sku-a@berlin' },
      command: { type: 'ConfirmStock', data: { orderId: exampleOrder.key, lineId: 'a', quantity: 1 } },
    });
  });

  it('does not leave with units that are missing', () => {
    const missing = { type: 'ShortageReported', data: { lines: units('b', 1) } } as const;
    given(orderPlaced(), paid(), missing)
      .when(ship('p1', 'a', 2, 'b', 1))
      .thenRejected('quantity-exceeded');
  });

  it('arrives parcel by parcel', () => {
    const sent = [orderPlaced(), paid(), first, second];
    given(...sent)
      .when(deliver('p1'))
      .then(delivered('p1', units('a', 1)));
    given(...sent, delivered('p1', units('a', 1)))
      .when(deliver('p2'))
      .then(delivered('p2', units('a', 1, 'b', 1), true));
  });

  it('arrives only by a parcel of its own, and by each once', () => {
    given(orderPlaced(), paid(), first)
      .when(deliver('p9'))
      .thenRejected('parcel-not-of-order', { kind: 'content' });
    given(orderPlaced(), paid(), first, delivered('p1', units('a', 1)))
      .when(deliver('p1'))
      .thenRejected('parcel-delivered', { kind: 'state' });
    given(orderPlaced(), paid()).when(deliver('p1')).thenRejected('not-allowed-now');
  });
});
