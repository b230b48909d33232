import { describe, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
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

const request = (...said: (string | number)[]) =>
  ({ type: 'RequestReturn', data: { lines: units(...said), reason: 'too small' } }) as const;
const resolve = (returnId: string, accepted: boolean) =>
  ({ type: 'ResolveReturn', data: { returnId, accepted, exchange: false, reason: '' } }) as const;
const resolved = (returnId: string, said: readonly (string | number)[], amount: number, last = true) =>
  ({
    type: 'ReturnResolved',
    data: {
      returnId,
      accepted: amount > 0,
      lines: units(...said),
      amount,
      reason: '',
      last,
      declined: [],
      exchanged: false,
    },
  }) as const;

describe.each([tableStepper, xstateStepper])('returning, by $name: an order', (stepper) => {
  const given = scenarios(orderStreamType({ stepper }), {
    stream: exampleOrder,
    now: NOON,
    global: exampleTenant(),
  });
  const all = units('a', 2, 'b', 1);
  const arrived = [orderPlaced(), paid(), shipped('p1', all, true), delivered('p1', all, true)];

  it('is sent back once it has arrived', () => {
    given(...arrived.slice(0, 3))
      .when(request('a', 1))
      .thenRejected('not-allowed-now');
    given(...arrived)
      .when(request('a', 1))
      .then(returnRequested('return-1', units('a', 1)));
  });

  it('is not sent back twice', () => {
    given(...arrived, returnRequested('return-1', units('a', 2)))
      .when(request('a', 1))
      .thenRejected('quantity-exceeded');
  });

  it('gives the exact share back for each return, and everything in the end', () => {
    const first = [
      ...arrived,
      returnRequested('return-1', units('a', 1)),
      returnRequested('return-2', units('a', 1, 'b', 1)),
    ];
    const one = resolved('return-1', ['a', 1], 1166, false);
    given(...first)
      .when(resolve('return-1', true))
      .then(one, refundDue('refund-1', 1166));
    given(...first, one, refundDue('refund-1', 1166))
      .when(resolve('return-2', true))
      .then(resolved('return-2', ['a', 1, 'b', 1], 2333), refundDue('refund-2', 2333));
  });

  it('gives nothing back for a return that is declined; it may be sent back again', () => {
    const sent = [...arrived, returnRequested('return-1', units('b', 1))];
    given(...sent)
      .when(resolve('return-1', false))
      .then(resolved('return-1', ['b', 1], 0));
    given(...sent, resolved('return-1', ['b', 1], 0))
      .when(request('b', 1))
      .then(returnRequested('return-2', units('b', 1)));
  });

  it('knows its returns, and resolves each once', () => {
    const sent = [
      ...arrived,
      returnRequested('return-1', units('b', 1)),
      returnRequested('return-2', units('a', 1)),
    ];
    given(...sent)
      .when(resolve('return-9', true))
      .thenRejected('unknown-return', { kind: 'content' });
    given(...sent, resolved('return-1', ['b', 1], 0, false))
      .when(resolve('return-1', true))
      .thenRejected('return-resolved', { kind: 'state' });
  });

  it('on terms owes less for what comes back before it is paid, and in the end nothing', () => {
    const confirmed = { type: 'OrderConfirmed', data: { due: null } } as const;
    const sent = [
      orderPlaced({ lifecycle: 'terms' }),
      confirmed,
      ...arrived.slice(2),
      returnRequested('return-1', all),
    ];
    given(...sent)
      .when(resolve('return-1', true))
      .then(resolved('return-1', ['a', 2, 'b', 1], 3499), { type: 'PaymentVoided', data: {} });
  });

  it('puts accepted units back on the shelf', () => {
    const placed = orderPlaced({ location: 'berlin' });
    const sent = [placed, ...arrived.slice(1), returnRequested('return-1', units('b', 1))];
    given(...sent, resolved('return-1', ['b', 1], 1166)).thenSends({
      to: { type: 'stock', key: 'sku-b@berlin' },
      command: { type: 'RestockStock', data: { orderId: exampleOrder.key, lineId: 'b', quantity: 1 } },
    });
    given(...sent, resolved('return-1', ['b', 1], 0)).thenSends();
  });
});
