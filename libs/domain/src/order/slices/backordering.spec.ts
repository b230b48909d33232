import { describe, expect, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import type { OrderEvent } from '../../messages/generated/order.ts';
import { withSourcing } from '../../tenant/sourcing.ts';
import { cancelled, orderPlaced, paid, units } from '../example-events.ts';
import { exampleOrder, exampleTenant, NOON } from '../examples.ts';
import { tableStepper } from '../lifecycle/stepper.ts';
import { orderStreamType } from '../order-stream.ts';

// What nobody has is waited for, where the rule of its sku says so.

const order = orderStreamType({ stepper: tableStepper });
const tenant = exampleTenant({ stock: 'tracked' });
const ruled = (whenShort: string, waitAtMostMs = 0) =>
  withSourcing(tenant, { sku: '*', reserveAt: 'placing', locations: ['B1'], whenShort, waitAtMostMs });
const given = scenarios(order, { stream: exampleOrder, now: NOON, global: ruled('backorder') });

const refused: OrderEvent = {
  type: 'ReservationRefused',
  data: { lines: units('a', 2), code: 'insufficient-stock' },
};
const reserved = (quantity: number): OrderEvent => ({
  type: 'LinesReserved',
  data: { lines: units('a', quantity) },
});
const placed = orderPlaced({ location: 'B1' });

/** What the last of these events makes the order tell queues. */
const told = (global: typeof tenant, ...events: readonly OrderEvent[]) => {
  const last = events.at(-1)!;
  const context = { recordedAt: NOON, version: events.length, global };
  const { state } = given(...events);
  return (order.reactions?.[last.type]?.react(state, last.data as never, exampleOrder, context) ?? [])
    .filter(({ command }) => command.type.endsWith('Backorder'))
    .map(({ command }) => [command.type, command.data]);
};
const here = { orderId: exampleOrder.key, lineId: 'a' };

describe('an order of which something is missing', () => {
  it('waits for it in turn, by the rule of its sku', () => {
    expect(told(ruled('backorder'), placed, refused)).toEqual([
      ['PlaceBackorder', { ...here, quantity: 2, due: null }],
    ]);
    expect(told(ruled('backorder', 5_000), placed, refused)).toMatchObject([
      ['PlaceBackorder', { due: NOON + 5_000 }],
    ]);
    expect(told(ruled('wait'), placed, refused)).toEqual([]);
    expect(told(tenant, placed, refused)).toEqual([]);
  });

  it('misses nothing any more once it is its turn', () => {
    expect(given(placed, refused).state.lines[0]).toMatchObject({ asked: 0, short: 2, reserved: 0 });
    expect(given(placed, refused, reserved(2)).state.lines[0]).toMatchObject({ short: 0, reserved: 2 });
  });

  it('gives up its place where it is cancelled, and keeps it while something is missing', () => {
    expect(told(ruled('backorder'), placed, refused, cancelled())).toContainEqual(['DropBackorder', here]);
    const one: OrderEvent = {
      type: 'LinesCancelled',
      data: { lines: units('a', 1), reason: 'late', amount: 1, released: [], last: false },
    };
    expect(told(ruled('backorder'), placed, refused, one)).toEqual([]);
    expect(told(tenant, placed, refused, cancelled())).toEqual([]);
  });

  it('waits as long as it may: what is still missing is cancelled, and its share goes back', () => {
    const expired = { type: 'RecordBackorderExpired', data: { lines: units('a', 2) } } as const;
    const { decision } = given(placed, paid(), refused).when(expired);
    expect(decision).toMatchObject({
      events: [
        { type: 'LinesCancelled', data: { lines: units('a', 2), reason: 'backorder-expired' } },
        { type: 'RefundDue' },
      ],
    });
    given(placed, paid(), refused, reserved(2)).when(expired).thenRejected('unknown-backorder');
  });

  it('stays where it waits when it asks again', () => {
    const global = withSourcing(tenant, {
      ...{ sku: '*', reserveAt: 'placing', locations: ['B1', 'B2'], whenShort: 'backorder' },
      waitAtMostMs: 0,
    });
    const again = scenarios(order, { stream: exampleOrder, now: NOON, global });
    const refusal = (code: string) =>
      ({ type: 'RecordReservationRefused', data: { lines: units('a', 2), code } }) as const;
    const first = (code: string) => {
      const { decision } = again(placed).when(refusal(code));
      return decision.outcome === 'accepted' ? decision.events[0]?.type : decision;
    };
    expect(first('insufficient-stock')).toBe('LinesRelocated');
    expect(first('backorder-exists')).toBe('ReservationRefused');
  });
});
