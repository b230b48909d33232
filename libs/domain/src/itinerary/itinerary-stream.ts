import {
  accept,
  defineStreamType,
  orderIdOf,
  refuseState,
  slotOfOrderId,
  timeOfOrderId,
  type Decider,
  type Explanation,
  type Guard,
} from '@orderloom/decider';
import { cartHashOf } from '../buyer/cart-hash.ts';
import type {
  ItineraryCommand,
  ItineraryEvent,
  PlaceItineraryData,
} from '../messages/generated/itinerary.ts';
import type { PlaceOrderData } from '../messages/generated/order.ts';
import { sha256 } from '../order/lifecycle/sha256.ts';

/** Orders that were placed together. */
export type ItineraryState = {
  /** Their ids, in the order of the legs; none: nothing was placed. */
  readonly orders: readonly string[];
};

/** Digits of a hash that are 48 bits of it. */
const HASH_DIGITS = 12;

/** The id of a leg's order: of the itinerary's instant and slot, and the same however often it is asked for. */
const orderOfLeg = (itineraryId: string, index: number): string =>
  orderIdOf(
    timeOfOrderId(itineraryId) ?? 0,
    slotOfOrderId(itineraryId) ?? 0,
    Number.parseInt(sha256(`${itineraryId}/${index}`).slice(0, HASH_DIGITS), 16),
  );

const statusOf = ({ orders }: ItineraryState): Explanation['status'] => ({
  status: orders.length === 0 ? 'none' : 'placed',
});

const decider: Decider<ItineraryState, ItineraryCommand, ItineraryEvent> = {
  initialState: { orders: [] },
  decide: ({ orders }, { data: { buyerId, legs } }, { stream: { key } }) =>
    orders.length === 0
      ? accept({
          type: 'ItineraryPlaced',
          data: { buyerId, orders: legs.map((_leg, index) => orderOfLeg(key, index)) },
        })
      : refuseState('itinerary-exists', `itinerary ${key} exists`),
  evolve: (_state, { data: { orders } }) => ({ orders }),
  isTerminal: ({ orders }) => orders.length > 0,
};

/**
 * What the buyer and each leg's order have to accept. Whether one of the orders is like one that was just placed is not
 * asked: with the others it is something else.
 */
const legsPlaced = (
  { buyerId, legs, receiver }: PlaceItineraryData,
  itineraryId: string,
): readonly Guard[] => {
  const allowRepeat = true;
  const check = { cartHash: cartHashOf(legs.flatMap(({ lines }) => lines)), allowRepeat };
  const buyer = { to: { type: 'buyer', key: buyerId }, command: { type: 'CheckPlacement', data: check } };
  const orders = legs.map((leg, index): Guard => {
    const data: PlaceOrderData = { ...leg, buyerId, receiver, allowRepeat };
    const to = { type: 'order', key: orderOfLeg(itineraryId, index) };
    return { to, command: { type: 'PlaceOrder', data }, at: `/legs/${index}` };
  });
  return [buyer, ...orders];
};

/**
 * The stream of orders that one buyer places together: its key is made as an order's is, and lies in the buyer's slot, so
 * all of them are decided and recorded in one transaction.
 */
export const itineraryStreamType = defineStreamType<
  ItineraryState,
  ItineraryCommand,
  ItineraryEvent,
  unknown
>({
  name: 'itinerary',
  foldId: 'itinerary-1',
  decider,
  slotOf: (_tenant, key) => slotOfOrderId(key),
  commands: {
    PlaceItinerary: {
      emits: ['ItineraryPlaced'],
      creates: { slotKey: ({ buyerId }) => buyerId },
      guards: (data, { key }) => legsPlaced(data, key),
    },
  },
  statusOf,
  explain: (state) => ({
    status: statusOf(state),
    allowedCommands: state.orders.length === 0 ? ['PlaceItinerary'] : [],
    mayRefuse: state.orders.length === 0 ? ['PlaceItinerary'] : [],
  }),
});
