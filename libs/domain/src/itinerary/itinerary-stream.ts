import { defineStreamType, slotOfOrderId, type Explanation, type Guard } from '@orderloom/decider';
import { cartHashOf } from '../buyer/cart-hash.ts';
import type {
  ItineraryCommand,
  ItineraryEvent,
  PlaceItineraryData,
} from '../messages/generated/itinerary.ts';
import type { PlaceOrderData } from '../messages/generated/order.ts';
import { decideItinerary, evolveItinerary } from './decide.ts';
import { orderOfLeg } from './itinerary-key.ts';
import { noItinerary, type ItineraryState } from './state.ts';
import { cancelOrders, joinOrders, letGo, letOneGo, noteKept } from './telling-orders.ts';

const statusOf = ({ status }: ItineraryState): Explanation['status'] => ({ status });

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
  foldId: 'itinerary-2',
  decider: {
    initialState: noItinerary,
    decide: decideItinerary,
    evolve: evolveItinerary,
    isTerminal: ({ status }) => status === 'confirmed' || status === 'failed',
  },
  slotOf: (_tenant, key) => slotOfOrderId(key),
  commands: {
    PlaceItinerary: {
      emits: ['ItineraryPlaced'],
      creates: { slotKey: ({ buyerId }) => buyerId },
      guards: (data, { key }) => legsPlaced(data, key),
    },
    RecordLegReady: { emits: ['LegReady', 'ItineraryConfirmed'], internal: true },
    RecordLegLost: { emits: ['ItineraryFailed'], internal: true },
    RecordLegKept: { emits: ['LegKept'], internal: true },
  },
  statusOf,
  explain: (state) => ({
    status: statusOf(state),
    allowedCommands: state.status === 'none' ? ['PlaceItinerary'] : [],
    mayRefuse: state.status === 'none' ? ['PlaceItinerary'] : [],
  }),
  reactions: {
    ItineraryPlaced: joinOrders,
    ItineraryConfirmed: letGo,
    ItineraryFailed: cancelOrders,
    LegKept: letOneGo,
  },
  onRefused: { CancelLeg: noteKept },
});
