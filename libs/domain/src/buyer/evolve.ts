import type { EvolveContext } from '@orderloom/decider';
import type { BuyerEvent } from '../messages/generated/buyer.ts';
import { followOrder, type FollowedEvent } from './following-orders.ts';
import type { BuyerState } from './state.ts';

/** The buyer's own events are what a shop decided; the others are orders telling of themselves. */
export const evolveBuyer = (
  state: BuyerState,
  event: BuyerEvent | FollowedEvent,
  context: Pick<EvolveContext, 'stream' | 'recordedAt'>,
): BuyerState => {
  switch (event.type) {
    case 'BuyerBlocked':
      return { ...state, blocked: event.data.reason };
    case 'BuyerUnblocked':
      return { ...state, blocked: null };
    case 'PurchaseLimitSet':
      return { ...state, maxOpenOrders: event.data.maxOpenOrders };
    default:
      return followOrder(state, event, context);
  }
};
