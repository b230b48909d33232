import { describe, expect, test } from '@jest/globals';
import { orderIdOf, slotOfOrderId } from '@orderloom/decider';
import { scenarios } from '@orderloom/testing';
import type { ItineraryEvent, ItineraryPlaced } from '../messages/generated/itinerary.ts';
import type { ItineraryLeg } from '../messages/generated/types.ts';
import { examplePlacement, NOON } from '../order/examples.ts';
import { itineraryStreamType } from './itinerary-stream.ts';

const key = orderIdOf(NOON, 77, 5);
const stream = { tenant: 'main', type: 'itinerary', key };
const given = scenarios(itineraryStreamType, { stream, now: NOON, global: undefined });
const { buyerId: _one, receiver: _nobody, allowRepeat: _no, ...leg } = examplePlacement();
const legs: readonly ItineraryLeg[] = [leg, { ...leg, lifecycle: 'terms' }, leg];
const data = { buyerId: 'ann', legs, receiver: null };
const place = { type: 'PlaceItinerary', data } as const;
const ordersOf = (): readonly string[] => given().when(place).state.orders;
const [first = '', second = '', third = ''] = ordersOf();
const placed: ItineraryPlaced = {
  type: 'ItineraryPlaced',
  data: { buyerId: 'ann', orders: [first, second, third] },
};
const ready = (orderId: string): ItineraryEvent => ({ type: 'LegReady', data: { orderId } });
const isReady = (orderId: string) => ({ type: 'RecordLegReady', data: { orderId } }) as const;
const loss = (orderId: string, whole = true) => ({ orderId, cause: 'OrderCancelled', whole });
const lost = (orderId: string, whole?: boolean) =>
  ({ type: 'RecordLegLost', data: loss(orderId, whole) }) as const;
const failed = (orderId: string, whole?: boolean): ItineraryEvent => ({
  type: 'ItineraryFailed',
  data: loss(orderId, whole),
});
const confirmed: ItineraryEvent = { type: 'ItineraryConfirmed', data: {} };

/** What the last of these events makes it tell its orders. */
const told = (...events: readonly ItineraryEvent[]) => {
  const last = events.at(-1)!;
  const reaction = itineraryStreamType.reactions?.[last.type];
  const context = { recordedAt: NOON, version: events.length, global: undefined };
  const { state } = given(...events);
  return (reaction?.react(state, last.data as never, stream, context) ?? []).map(({ to, command }) => [
    to.key,
    command.type,
  ]);
};

describe('an itinerary', () => {
  test('is placed once', () => {
    given().when(place).then(placed);
    given(placed).when(place).thenRejected('itinerary-exists');
  });

  test('has an order of its own instant and slot for each leg, the same whenever it is asked', () => {
    const orders = ordersOf();
    expect(new Set([key, ...orders]).size).toBe(legs.length + 1);
    expect(orders.map((id) => [id.slice(0, 8), slotOfOrderId(id)])).toEqual(
      legs.map(() => [key.slice(0, 8), 77]),
    );
    expect(ordersOf()).toEqual(orders);
  });

  test('asks the buyer and the order of each leg, and knows where the caller has said it', () => {
    const guards =
      itineraryStreamType.commands.PlaceItinerary.guards?.(data, stream, 'c', given().state) ?? [];
    expect(guards.map(({ to, command, at }) => [to.type, to.key, command?.type, at])).toEqual([
      ['buyer', 'ann', 'CheckPlacement', undefined],
      ...ordersOf().map((id, index) => ['order', id, 'PlaceOrder', `/legs/${index}`]),
    ]);
    expect(guards[2]?.command?.data).toEqual({
      ...{ ...legs[1], buyerId: 'ann', receiver: null, allowRepeat: true },
    });
  });

  test('tells each order that it is a leg', () => {
    expect(told(placed)).toEqual([first, second, third].map((id) => [id, 'JoinItinerary']));
  });

  test('is confirmed with the last leg that could be sent, and lets all of them go', () => {
    given(placed).when(isReady(second)).then(ready(second));
    given(placed, ready(second), ready(first)).when(isReady(third)).then(ready(third), confirmed);
    expect(told(placed, ready(second), ready(first), ready(third), confirmed)).toEqual(
      [first, second, third].map((id) => [id, 'LeaveItinerary']),
    );
  });

  test('hears each leg once, and of no other order', () => {
    given(placed, ready(second)).when(isReady(second)).thenRejected('itinerary-decided');
    given(placed).when(isReady('another')).thenRejected('not-in-itinerary');
    given(placed).when(lost('another')).thenRejected('not-in-itinerary');
  });

  test('fails with the first leg that is lost, and cancels what is left', () => {
    const { state } = given(placed, ready(first), failed(second));
    expect(state).toMatchObject({
      ...{ status: 'failed', failure: { orderId: second, cause: 'OrderCancelled' } },
    });
    given(placed, ready(first)).when(lost(second)).then(failed(second));
    expect(told(placed, failed(second))).toEqual([first, third].map((id) => [id, 'CancelLeg']));
    expect(told(placed, failed(second, false))).toHaveLength(3);
  });

  test('is decided once: nothing that a leg says later changes it', () => {
    given(placed, failed(second)).when(lost(first)).thenRejected('itinerary-decided');
    given(placed, failed(second)).when(isReady(first)).thenRejected('itinerary-decided');
    const all = [placed, ready(first), ready(second), ready(third), confirmed];
    given(...all)
      .when(lost(first))
      .thenRejected('itinerary-decided');
  });

  test('notes a leg that could not be cancelled, and lets it go; one that is gone already is none', () => {
    const noted = itineraryStreamType.onRefused?.['CancelLeg'];
    const from = { tenant: 'main', type: 'order', key: first };
    const refusal = (code: string) => noted?.({}, { code, kind: 'state', reason: '' }, from);
    const kept = { orderId: first, code: 'leg-stays' };
    expect(refusal('leg-stays')).toEqual({ type: 'RecordLegKept', data: kept });
    expect(refusal('not-in-itinerary')).toBeUndefined();
    const legKept: ItineraryEvent = { type: 'LegKept', data: kept };
    given(placed, failed(second)).when({ type: 'RecordLegKept', data: kept }).then(legKept);
    expect(told(placed, failed(second), legKept)).toEqual([[first, 'LeaveItinerary']]);
    expect(given(placed, failed(second), legKept).state.kept).toEqual([first]);
  });
});
