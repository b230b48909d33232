// When an order has come to rest: from then on its commands are remembered for the window only.
import { describe, expect, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import { isAtRest } from './at-rest.ts';
import {
  cancelled,
  delivered,
  orderPlaced,
  paid,
  refundDue,
  returnRequested,
  shipped,
  units,
} from './example-events.ts';
import { exampleOrder, exampleTenant, NOON } from './examples.ts';
import { tableStepper } from './lifecycle/stepper.ts';
import { orderStreamType } from './order-stream.ts';

const order = orderStreamType({ stepper: tableStepper });
const given = scenarios(order, { stream: exampleOrder, now: NOON, global: exampleTenant() });
const all = units('a', 2, 'b', 1);
const sent = [orderPlaced(), paid(), shipped('p1', all, true)];
const arrived = [...sent, delivered('p1', all, true)];
const cancelledUnpaid = [orderPlaced(), cancelled()];
const cancelledPaid = [orderPlaced(), paid(), cancelled(), refundDue('refund-1', 3499)];
const moneyBack = {
  type: 'RefundConfirmed',
  data: { refundId: 'refund-1', amount: 3499, paymentId: 'pay-1', provider: 'bank', last: true },
} as const;
const paymentStarted = {
  type: 'PaymentStarted',
  data: { paymentId: 'pay-1', amount: 3499, currency: 'EUR', provider: 'bank' },
} as const;
const onTerms = orderPlaced({ lifecycle: 'terms' });
const deliveredOnTerms = [onTerms, shipped('p1', all, true), delivered('p1', all, true)];

describe('an order', () => {
  it.each([
    ['has arrived and is paid', arrived],
    ['was cancelled before it was paid', cancelledUnpaid],
    ['was cancelled and its money is back', [...cancelledPaid, moneyBack]],
  ])('is at rest when it %s', (_, events) => {
    expect(isAtRest(given(...events).state)).toBe(true);
  });

  it.each([
    ['was never placed', []],
    ['is placed', [orderPlaced()]],
    ['is on its way', sent],
    ['has arrived and is not paid', deliveredOnTerms],
    ['comes back', [...arrived, returnRequested('return-1', units('a', 1))]],
    ['waits for its money', cancelledPaid],
    ['was cancelled while it was paying', [orderPlaced(), paymentStarted, cancelled()]],
    ['waits for the answer of stock', [orderPlaced({ location: 'B1' }), cancelled()]],
  ])('is not when it %s', (_, events) => {
    expect(isAtRest(given(...events).state)).toBe(false);
  });
});
