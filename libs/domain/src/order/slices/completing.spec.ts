import { describe, expect, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import type { OrderEvent } from '../../messages/generated/order.ts';
import { delivered, orderPlaced, paid, returnRequested, shipped, units } from '../example-events.ts';
import { exampleOrder, exampleTenant, NOON } from '../examples.ts';
import { tableStepper, xstateStepper } from '../lifecycle/stepper.ts';
import { orderStreamType } from '../order-stream.ts';

const DAY = 86_400_000;
const all = units('a', 2, 'b', 1);
const due = <E extends { readonly data: object }>(event: E, at: number | null): E => ({
  ...event,
  data: { ...event.data, due: at },
});
const automatic = <E extends { readonly data: object }>(event: E): E => ({
  ...event,
  data: { ...event.data, automatic: true },
});
const sent = due(shipped('p1', all, true), NOON + 15 * DAY);
const arrived = due(delivered('p1', all, true), NOON + 7 * DAY);
const completed = (more: object = {}) =>
  ({
    type: 'OrderCompleted',
    data: { automatic: true, reason: null, last: false, due: NOON + 7 * DAY, ...more },
  }) as const;
const reviewed = (rating: number | null = 5) =>
  ({ type: 'OrderReviewed', data: { rating, automatic: rating === null } }) as const;
const rate = { type: 'ReviewOrder', data: { rating: 5 } } as const;
const complete = { type: 'CompleteByDeadline', data: {} } as const;
const reason = 'the buyer is content';
const toGoBack = { type: 'RequestReturn', data: { lines: units('a', 1), reason: 'too small' } } as const;

describe.each([tableStepper, xstateStepper])('what nobody does in time, by $name: an order', (stepper) => {
  const order = orderStreamType({ stepper });
  const scene = { stream: exampleOrder, now: NOON };
  const closing = { receiveAfterMs: 15 * DAY, completeAfterMs: 7 * DAY, reviewAfterMs: 7 * DAY };
  const given = scenarios(order, { ...scene, global: exampleTenant(closing) });
  const without = scenarios(order, { ...scene, global: exampleTenant() });
  const next = (...events: readonly OrderEvent[]) => order.nextDeadline?.(given(...events).state)?.name;

  it('that was sent whole is received when its time is over, parcel by parcel', () => {
    const [first, rest] = [units('a', 2), units('b', 1)];
    const onTheWay = [
      ...[orderPlaced(), paid(), due(shipped('p1', first), NOON + DAY)],
      due(shipped('p2', rest, true), NOON + 15 * DAY),
    ] as const;
    expect(next(...onTheWay)).toBe('receive');
    given(...onTheWay)
      .when({ type: 'ReceiveByDeadline', data: {} })
      .then(
        automatic(due(delivered('p1', first), NOON + 7 * DAY)),
        automatic(due(delivered('p2', rest, true), NOON + 7 * DAY)),
      );
  });

  it('of which something has not left is not received by itself', () => {
    const partly = [orderPlaced(), paid(), due(shipped('p1', units('a', 2)), NOON + DAY)] as const;
    expect(next(...partly)).toBeUndefined();
    given(...partly)
      .when({ type: 'ReceiveByDeadline', data: {} })
      .thenRejected('not-allowed-now');
  });

  it('that was received is completed: nothing comes back any more', () => {
    expect(next(orderPlaced(), paid(), sent, arrived)).toBe('complete');
    given(orderPlaced(), paid(), sent, arrived).when(complete).then(completed());
    given(orderPlaced(), paid(), sent, arrived, completed()).when(toGoBack).thenRejected('not-allowed-now');
  });

  it('of which something comes back is not completed meanwhile', () => {
    const back = [orderPlaced(), paid(), sent, arrived, returnRequested('return-1', units('a', 1))] as const;
    expect(next(...back)).toBeUndefined();
    given(...back)
      .when(complete)
      .thenRejected('not-allowed-now');
    const data = {
      returnId: 'return-1',
      accepted: false,
      lines: units('a', 1),
      declined: [],
      amount: 0,
      exchanged: false,
    };
    expect(next(...back, { type: 'ReturnResolved', data: { ...data, reason: 'worn', last: true } })).toBe(
      'complete',
    );
  });

  it('on terms is not completed before it is paid, and reminded meanwhile', () => {
    const onTerms = [
      ...[
        orderPlaced({ lifecycle: 'terms' }),
        due({ type: 'OrderConfirmed', data: { due: 0 } } as const, NOON + DAY),
      ],
      ...[sent, arrived],
    ] as const;
    expect(next(...onTerms)).toBe('reminder');
    expect(next(...onTerms, paid())).toBe('complete');
  });

  it('is completed before its time because somebody says so', () => {
    given(orderPlaced(), paid(), sent, arrived)
      .when({ type: 'CompleteOrder', data: { reason } })
      .then(completed({ automatic: false, reason }));
  });

  it('is reviewed once, by its buyer or by time', () => {
    const done = [orderPlaced(), paid(), sent, arrived, completed()] as const;
    expect(next(...done)).toBe('review');
    given(...done)
      .when(rate)
      .then(reviewed());
    given(...done)
      .when({ type: 'ReviewByDeadline', data: {} })
      .then(reviewed(null));
    given(...done, reviewed())
      .when(rate)
      .thenRejected('not-allowed-now');
    expect(next(...done, reviewed())).toBeUndefined();
  });

  it('that was reviewed before it is completed waits for nothing behind', () => {
    const early = [orderPlaced(), paid(), sent, arrived, reviewed()] as const;
    given(...early)
      .when(rate)
      .thenRejected('not-allowed-now', { kind: 'state' });
    const last = completed({ last: true, due: null });
    given(...early)
      .when(complete)
      .then(last);
    const { state } = given(...early, last);
    expect([order.explain(state, exampleTenant()).status['afterSale'], next(...early, last)]).toEqual([
      ...['reviewed', undefined],
    ]);
  });

  it('that an operator has declared as arrived is completed like any other', () => {
    const data = { buyerId: 'ann', region: 'fulfilment', from: 'shipped', status: 'delivered', reason };
    given(orderPlaced(), paid(), sent)
      .when({ type: 'OverrideStatus', data: { region: 'fulfilment', status: 'delivered', reason } })
      .then({ type: 'StatusOverridden', data: { ...data, due: NOON + 7 * DAY } });
  });

  it('waits for nothing of it where its tenant has no such delay, and holds no more than before', () => {
    without(orderPlaced(), paid())
      .when({ type: 'ShipLines', data: { parcelId: 'p1', lines: all } })
      .then(shipped('p1', all, true));
    const { state } = without(orderPlaced(), paid(), shipped('p1', all, true), delivered('p1', all, true));
    expect(state.deadline).toBeNull();
    expect(Object.keys(state)).not.toContain('otherDeadlines');
  });
});
