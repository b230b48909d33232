import { describe, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import { cancelled, delivered, orderPlaced, paid, refundDue, shipped, units } from '../example-events.ts';
import { exampleOrder, exampleTenant, NOON } from '../examples.ts';
import { tableStepper, xstateStepper } from '../lifecycle/stepper.ts';
import { orderStreamType } from '../order-stream.ts';

const cancel = (...said: (string | number)[]) =>
  ({
    type: 'CancelOrder',
    data: { reason: 'late', lines: said.length === 0 ? null : units(...said) },
  }) as const;
const part = (
  amount: number,
  said: readonly (string | number)[],
  more: { released?: ReturnType<typeof units>; last?: boolean } = {},
) =>
  ({
    type: 'LinesCancelled',
    data: { lines: units(...said), reason: 'late', amount, released: [], last: false, ...more },
  }) as const;

describe.each([tableStepper, xstateStepper])('cancelling, by $name: an order', (stepper) => {
  const given = scenarios(orderStreamType({ stepper }), {
    stream: exampleOrder,
    now: NOON,
    global: exampleTenant(),
  });
  const reserved = { type: 'LinesReserved', data: { lines: units('a', 2, 'b', 1) } } as const;

  it('is cancelled whole before it is paid', () => {
    given(orderPlaced()).when(cancel()).then(cancelled());
    given(orderPlaced())
      .when(cancel('b', 1, 'a', 2))
      .then(cancelled());
  });

  it('gives all its money back when it is cancelled after payment', () => {
    given(orderPlaced(), paid()).when(cancel()).then(cancelled(), refundDue('refund-1', 3499));
  });

  it('owes the exact share less when a part is cancelled before payment', () => {
    given(orderPlaced())
      .when(cancel('a', 1))
      .then(part(1166, ['a', 1]));
    given(orderPlaced(), part(1166, ['a', 1]))
      .when(cancel('a', 1))
      .then(part(1167, ['a', 1]));
  });

  it('gives the exact share back when a part is cancelled after payment, and then the rest', () => {
    given(orderPlaced(), paid())
      .when(cancel('a', 1))
      .then(part(1166, ['a', 1]), refundDue('refund-1', 1166));
    given(orderPlaced(), paid(), part(1166, ['a', 1]), refundDue('refund-1', 1166))
      .when(cancel())
      .then(cancelled(), refundDue('refund-2', 2333));
  });

  it('is not cancelled whole once units have left; what is left is', () => {
    const given1 = given(orderPlaced(), paid(), shipped('p1', units('a', 2)));
    given1.when(cancel()).thenRejected('partly-shipped', { kind: 'state' });
    given1.when(cancel('a', 1)).thenRejected('quantity-exceeded');
    given1.when(cancel('b', 1)).then(part(1166, ['b', 1], { last: true }), refundDue('refund-1', 1166));
  });

  it('is delivered when what had not arrived is cancelled', () => {
    given(orderPlaced(), paid(), shipped('p1', units('a', 2)), delivered('p1', units('a', 2)))
      .when(cancel('b', 1))
      .then(part(1166, ['b', 1], { last: true }), refundDue('refund-1', 1166), {
        type: 'DeliveryCompleted',
        data: { buyerId: 'ann' },
      });
  });

  it('on terms owes nothing any more when what is left costs nothing', () => {
    const confirmed = { type: 'OrderConfirmed', data: { due: null } } as const;
    const one = { ...orderPlaced().data.lines[0]!, lineId: 'b', unitPrice: 0 };
    const gift = orderPlaced({ lifecycle: 'terms', shipping: 0, lines: [orderPlaced().data.lines[0]!, one] });
    given(gift, confirmed)
      .when(cancel('a', 2))
      .then(part(2000, ['a', 2]), { type: 'PaymentVoided', data: {} });
  });

  it('releases what stock held for it', () => {
    const placed = orderPlaced({ location: 'berlin' });
    given(placed, reserved)
      .when(cancel())
      .then(cancelled(units('a', 2, 'b', 1)));
    given(placed, reserved)
      .when(cancel('a', 1))
      .then(part(1166, ['a', 1], { released: units('a', 1) }));
    given(placed, reserved, cancelled(units('b', 1))).thenSends({
      to: { type: 'stock', key: 'sku-b@berlin' },
      command: { type: 'ReleaseStock', data: { orderId: exampleOrder.key, lineId: 'b', quantity: 1 } },
    });
  });

  it('is cancelled once', () => {
    given(orderPlaced(), cancelled()).when(cancel()).thenRejected('not-allowed-now');
  });
});
