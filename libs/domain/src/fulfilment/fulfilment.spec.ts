import { describe, expect, test } from '@jest/globals';
import { orderIdOf } from '@orderloom/decider';
import { scenarios } from '@orderloom/testing';
import type { FulfilmentCommand, FulfilmentEvent } from '../messages/generated/fulfilment.ts';
import { units } from '../order/example-events.ts';
import { exampleOrder, exampleTenant, NOON } from '../order/examples.ts';
import { fulfilmentLife } from './decide.ts';
import { numberOfFulfilment, orderOfFulfilment, slotOfFulfilment } from './fulfilment-key.ts';
import { fulfilmentStreamType } from './fulfilment-stream.ts';
import { statusOfFulfilments } from './order-status.ts';
import type { FulfilmentStatus } from './state.ts';

const MINUTE = 60_000;
const key = `${exampleOrder.key}.2`;
const given = scenarios(fulfilmentStreamType, {
  stream: { tenant: 'main', type: 'fulfilment', key },
  now: NOON,
  global: exampleTenant({ acknowledgeWithinMs: MINUTE, maxRequests: 2 }),
});
const asked = { location: 'berlin', lines: units('a', 2, 'b', 1) };
const opened: FulfilmentEvent = { type: 'FulfilmentOpened', data: { ...asked, due: NOON + MINUTE } };
const repeated: FulfilmentEvent = { type: 'RequestRepeated', data: { attempt: 2, due: NOON + 2 * MINUTE } };
const unanswered: FulfilmentEvent = { type: 'RequestUnanswered', data: { attempts: 2 } };
const acknowledged = (late = false): FulfilmentEvent => ({
  type: 'FulfilmentAcknowledged',
  data: { reference: 'wms-7', late },
});
const travels = { parcelId: 'P-1', carrier: 'post', trackingNumber: 'T1' };
const shipped: FulfilmentEvent = { type: 'FulfilmentShipped', data: { ...travels, late: false } };
const withdrawn = (why: string, ...said: (string | number)[]): FulfilmentEvent => ({
  type: 'LinesWithdrawn',
  data: { lines: units(...said), why },
});
const again = { type: 'RepeatRequest', data: {} } as const;
const acknowledge = { type: 'AcknowledgeFulfilment', data: { reference: 'wms-7' } } as const;
const toOrder = (type: string, more: object = {}) => ({
  to: { type: 'order', key: exampleOrder.key },
  command: { type, data: { fulfilmentId: key, ...more } },
});
const deadlineOf = (...events: FulfilmentEvent[]) =>
  fulfilmentStreamType.nextDeadline?.(given(...events).state)?.due;

describe('a fulfilment', () => {
  test('is asked for once, and waits for an answer until an instant', () => {
    given().when({ type: 'RequestFulfilment', data: asked }).then(opened);
    given(opened).when({ type: 'RequestFulfilment', data: asked }).thenRejected('fulfilment-status');
    given().when(acknowledge).thenRejected('unknown-fulfilment', { kind: 'missing' });
    expect(deadlineOf(opened)).toBe(NOON + MINUTE);
  });

  test('is asked for again where nobody answers, and then somebody has to look', () => {
    given(opened)
      .when(again, NOON + MINUTE)
      .then(repeated);
    given(opened, repeated).thenSends(toOrder('RepeatFulfilmentRequest', { attempt: 2 }));
    given(opened, repeated)
      .when(again, NOON + 2 * MINUTE)
      .then(unanswered);
    given(opened, repeated, unanswered).thenSends(toOrder('RecordFulfilmentUnanswered', { attempts: 2 }));
    expect(deadlineOf(opened, repeated, unanswered)).toBeUndefined();
  });

  test('is not asked for again once somebody has answered, however late', () => {
    given(opened).when(acknowledge).then(acknowledged());
    expect(deadlineOf(opened, acknowledged())).toBeUndefined();
    given(opened, acknowledged()).thenSends();
    given(opened, repeated, unanswered).when(acknowledge).then(acknowledged(true));
    given(opened, repeated, unanswered, acknowledged(true)).thenSends(toOrder('RecordFulfilmentAnswered'));
    given(opened, acknowledged()).when(acknowledge).thenRejected('fulfilment-status');
  });

  test('waits while it is held, and goes on where it was', () => {
    const held: FulfilmentEvent = { type: 'FulfilmentHeld', data: { reason: 'recall' } };
    const released: FulfilmentEvent = { type: 'FulfilmentReleased', data: {} };
    given(opened, acknowledged(), held)
      .when({ type: 'ShipFulfilment', data: travels })
      .thenRejected('fulfilment-status');
    expect(given(opened, acknowledged(), held, released).state.status).toBe('acknowledged');
    expect([deadlineOf(opened, held), deadlineOf(opened, held, released)]).toEqual([
      undefined,
      NOON + MINUTE,
    ]);
  });

  test('says where the proof of its delivery is, in the parcel in which it travels', () => {
    const deliver = { type: 'DeliverFulfilment', data: { parcelId: 'P-1', proof: 'scans/7' } } as const;
    given(opened, shipped)
      .when(deliver)
      .then({ type: 'FulfilmentDelivered', data: { proof: 'scans/7' } });
    given(opened, shipped)
      .when({ ...deliver, data: { ...deliver.data, parcelId: 'P-2' } })
      .thenRejected('parcel-not-of-fulfilment', { pointer: '/parcelId' });
  });

  test('counts the attempts to deliver it', () => {
    const failed = (attempt: number): FulfilmentEvent => ({
      ...{ type: 'DeliveryAttemptFailed', data: { attempt, reason: 'nobody there' } },
    });
    given(opened, shipped, failed(1))
      .when({ type: 'RecordFailedDelivery', data: { reason: 'nobody there' } })
      .then(failed(2));
  });

  test('keeps no telephone number of whoever was not there', () => {
    given(opened, shipped)
      .when({ type: 'RecordFailedDelivery', data: { reason: 'call +49 170 1234567' } })
      .thenRejected('personal-data', { pointer: '/reason' });
  });

  test('ends where nothing of it is to be sent any more', () => {
    expect(given(opened, withdrawn('cancelled', 'a', 1)).state).toMatchObject({
      ...{ status: 'requested', lines: units('a', 1, 'b', 1) },
    });
    expect(given(opened, withdrawn('cancelled', 'a', 2, 'b', 1)).state).toMatchObject({
      ...{ status: 'cancelled', due: null, lines: [] },
    });
    expect(given(opened, withdrawn('replaced', 'a', 2, 'b', 1)).state.status).toBe('replaced');
  });

  test('lists the commands of each of its statuses', () => {
    const internal = ['RequestFulfilment', 'RepeatRequest', 'WithdrawLines'];
    const statuses = [...new Set(Object.values(fulfilmentLife).flat())];
    for (const status of statuses) {
      const { allowedCommands } = fulfilmentStreamType.explain(
        { ...given(opened).state, status },
        exampleTenant(),
      );
      const possible = (Object.keys(fulfilmentLife) as FulfilmentCommand['type'][]).filter(
        (type) => fulfilmentLife[type].includes(status) && !internal.includes(type),
      );
      expect([status, allowedCommands]).toEqual([status, possible]);
    }
  });
});

describe('the key of a fulfilment', () => {
  test('names its order, in whose slot it lies', () => {
    expect([orderOfFulfilment(key), numberOfFulfilment(key)]).toEqual([exampleOrder.key, 2]);
    expect(slotOfFulfilment(`${orderIdOf(NOON, 7, 1)}.2`)).toBe(7);
  });

  test.each(['', 'x', exampleOrder.key, `${exampleOrder.key}.0`, `${exampleOrder.key}.1.2`])(
    'is not "%s"',
    (text) => {
      expect(slotOfFulfilment(text)).toBeUndefined();
    },
  );
});

describe('where the goods of an order are', () => {
  test.each<[string, FulfilmentStatus[]]>([
    ['open', []],
    ['open', ['requested', 'held', 'picked', 'cancelled']],
    ['open', ['replaced', 'cancelled']],
    ['partial', ['requested', 'delivered']],
    ['shipped', ['shipped', 'delivered', 'cancelled']],
    ['delivered', ['delivered', 'delivered', 'replaced']],
    ['cancelled', ['cancelled', 'cancelled']],
  ])('is %s for %j', (status, parts) => {
    expect(statusOfFulfilments(parts)).toBe(status);
    expect(statusOfFulfilments(parts.toReversed())).toBe(status);
  });
});
