import { describe, expect, test } from '@jest/globals';
import { orderIdOf, slotOfOrderId } from '@orderloom/decider';
import { scenarios } from '@orderloom/testing';
import type { ItineraryPlaced } from '../messages/generated/itinerary.ts';
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

describe('an itinerary', () => {
  test('is placed once', () => {
    const placed: ItineraryPlaced = {
      type: 'ItineraryPlaced',
      data: { buyerId: 'ann', orders: ordersOf() },
    };
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
    const guards = itineraryStreamType.commands.PlaceItinerary.guards?.(data, stream, 'c') ?? [];
    expect(guards.map(({ to, command, at }) => [to.type, to.key, command.type, at])).toEqual([
      ['buyer', 'ann', 'CheckPlacement', undefined],
      ...ordersOf().map((id, index) => ['order', id, 'PlaceOrder', `/legs/${index}`]),
    ]);
    expect(guards[2]?.command.data).toEqual({
      ...{ ...legs[1], buyerId: 'ann', receiver: null, allowRepeat: true },
    });
  });
});
