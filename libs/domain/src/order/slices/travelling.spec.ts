import { describe, expect, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import type { OrderEvent } from '../../messages/generated/order.ts';
import { cancelled, orderPlaced, paid, refundDue, units } from '../example-events.ts';
import { exampleOrder, exampleTenant, NOON } from '../examples.ts';
import { tableStepper } from '../lifecycle/stepper.ts';
import { orderStreamType } from '../order-stream.ts';
import { workLists } from '../work.ts';

// A leg of an itinerary waits for the others, and is lost with any of them.

const order = orderStreamType({ stepper: tableStepper });
const global = exampleTenant();
const given = scenarios(order, { stream: exampleOrder, now: NOON, global });
const itineraryId = 'journey1';
const joined: OrderEvent = { type: 'ItineraryJoined', data: { itineraryId } };
const left: OrderEvent = { type: 'ItineraryLeft', data: { itineraryId } };
const all = units('a', 2, 'b', 1);
const ship = { type: 'ShipLines', data: { parcelId: 'p1', lines: all } } as const;
const cancelLeg = { type: 'CancelLeg', data: { itineraryId } } as const;

/** What the last of these events makes the order tell its itinerary. */
const told = (...events: readonly OrderEvent[]) => {
  const last = events.at(-1)!;
  const context = { recordedAt: NOON, version: events.length, global };
  const { state } = given(...events);
  return (order.reactions?.[last.type]?.react(state, last.data as never, exampleOrder, context) ?? [])
    .filter(({ to }) => to.type === 'itinerary')
    .map(({ to, command }) => [to.key, command.type, command.data]);
};
const ready = [[itineraryId, 'RecordLegReady', { orderId: exampleOrder.key }]];
const lost = (cause: string, whole: boolean) => [
  [itineraryId, 'RecordLegLost', { orderId: exampleOrder.key, cause, whole }],
];

describe('a leg', () => {
  it('is known, and costs an order that is none nothing', () => {
    given(orderPlaced()).when({ type: 'JoinItinerary', data: { itineraryId } }).then(joined);
    expect(given(orderPlaced(), joined).state.itinerary).toBe(itineraryId);
    expect(given(orderPlaced(), joined, left).state).not.toHaveProperty('itinerary');
    expect(told(orderPlaced(), paid())).toEqual([]);
  });

  it('does not leave before the others could, and is not to be shipped meanwhile', () => {
    const waiting = given(orderPlaced(), joined, paid());
    waiting.when(ship).thenRejected('itinerary-open');
    expect(workLists['to-ship'](waiting.state, () => true)).toBe(false);
    expect(given(orderPlaced(), joined, paid(), left).when(ship).decision.outcome).toBe('accepted');
  });

  it('tells its itinerary when it could be sent: paid, and all of it held by stock', () => {
    expect(told(orderPlaced(), joined)).toEqual([]);
    expect(told(orderPlaced({ lifecycle: 'terms' }), joined)).toEqual(ready);
    expect(told(orderPlaced(), joined, paid())).toEqual(ready);
    const located = orderPlaced({ location: 'B1' });
    expect(told(located, joined, paid())).toEqual([]);
    const reserved: OrderEvent = { type: 'LinesReserved', data: { lines: all } };
    expect(told(located, joined, paid(), reserved)).toEqual(ready);
  });

  it('tells its itinerary that it is lost, wholly or in part', () => {
    expect(told(orderPlaced(), joined, cancelled())).toEqual(lost('OrderCancelled', true));
    const partly: OrderEvent = {
      type: 'LinesCancelled',
      data: { lines: units('a', 1), reason: 'late', amount: 1, released: [], last: false },
    };
    expect(told(orderPlaced(), joined, partly)).toEqual(lost('LinesCancelled', false));
    expect(told(orderPlaced(), joined, paid(), left, cancelled())).toEqual([]);
  });

  it('is cancelled with its itinerary, and what was paid goes back', () => {
    const { decision } = given(orderPlaced(), joined, paid()).when(cancelLeg);
    expect(decision).toMatchObject({
      events: [{ type: 'OrderCancelled', data: { reason: 'itinerary-failed' } }, { type: 'RefundDue' }],
    });
  });

  it('is cancelled once, and by its own itinerary only', () => {
    given(orderPlaced(), joined, cancelled()).when(cancelLeg).thenRejected('not-in-itinerary');
    given(orderPlaced(), joined, paid(), cancelled(), refundDue('refund-1', 3499))
      .when(cancelLeg)
      .thenRejected('not-in-itinerary');
    given(orderPlaced()).when(cancelLeg).thenRejected('not-in-itinerary');
    given(orderPlaced(), joined, left).when(cancelLeg).thenRejected('not-in-itinerary');
    given(orderPlaced())
      .when({ type: 'LeaveItinerary', data: { itineraryId } })
      .thenRejected('not-in-itinerary');
  });
});
