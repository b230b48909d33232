import type { EvolveContext, RecordedEvent } from '@orderloom/decider';
import type {
  DeliveryCompleted,
  LinesDelivered,
  OrderCancelled,
  OrderPlaced,
  PaymentTimedOut,
  StatusOverridden,
} from '../messages/generated/order.ts';
import { cartHashOf } from './cart-hash.ts';
import { REMEMBERED_PLACEMENTS, type BuyerState } from './state.ts';

/** What the buyer's state takes from the orders of its slot. The stream of such an event is the order's. */
export type FollowedEvent =
  OrderPlaced | OrderCancelled | PaymentTimedOut | LinesDelivered | DeliveryCompleted | StatusOverridden;

/** A guest has no buyer stream: every guest is somebody new. */
const buyerOf = (event: RecordedEvent): string | undefined =>
  (event.data as FollowedEvent['data']).buyerId ?? undefined;

/** Followed event type -> the buyer whose state it changes. */
export const followedEvents: Readonly<
  Record<FollowedEvent['type'], (event: RecordedEvent) => string | undefined>
> = {
  OrderPlaced: buyerOf,
  OrderCancelled: buyerOf,
  PaymentTimedOut: buyerOf,
  LinesDelivered: (event) => ((event.data as LinesDelivered['data']).last ? buyerOf(event) : undefined),
  DeliveryCompleted: buyerOf,
  StatusOverridden: (event) =>
    (event.data as StatusOverridden['data']).region === 'fulfilment' ? buyerOf(event) : undefined,
};

type Context = Pick<EvolveContext, 'stream' | 'recordedAt'>;

const placed = (state: BuyerState, cartHash: string, { stream, recordedAt }: Context): BuyerState => {
  const kept = state.recent.length < REMEMBERED_PLACEMENTS ? state.recent : state.recent.slice(1);
  return {
    blocked: state.blocked,
    maxOpenOrders: state.maxOpenOrders,
    openOrders: state.openOrders + 1,
    recent: [...kept, { cartHash, orderId: stream.key, recordedAt }],
  };
};

const reopened = (state: BuyerState): BuyerState => ({ ...state, openOrders: state.openOrders + 1 });

const closed = (state: BuyerState, recent: BuyerState['recent']): BuyerState => ({
  blocked: state.blocked,
  maxOpenOrders: state.maxOpenOrders,
  openOrders: Math.max(0, state.openOrders - 1),
  recent,
});

/** Folds an order's event into its buyer. */
export const followOrder = (state: BuyerState, event: FollowedEvent, context: Context): BuyerState => {
  switch (event.type) {
    case 'OrderPlaced':
      return placed(state, cartHashOf(event.data.lines), context);
    case 'OrderCancelled':
    case 'PaymentTimedOut':
      // An order that is no more guards against nothing: the buyer may well want the cart after all.
      return closed(
        state,
        state.recent.filter((placement) => placement.orderId !== context.stream.key),
      );
    case 'LinesDelivered':
      return event.data.last ? closed(state, state.recent) : state;
    case 'DeliveryCompleted':
      return closed(state, state.recent);
    case 'StatusOverridden':
      return event.data.status === 'delivered' ? closed(state, state.recent) : reopened(state);
  }
};
