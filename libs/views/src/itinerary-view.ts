import { itineraryStreamType, type ItineraryState } from '@orderloom/domain';
import { instant } from './instant.ts';
import { streamView, type Stored, type StreamDocument } from './stream-view.ts';

export type ItineraryDocument = StreamDocument<ItineraryState>;

/** Lists: `all:`, `status:placed`, `status:confirmed`, `status:failed`; `order:<id>` of each of its orders. */
export const itineraryView = streamView(itineraryStreamType, {
  version: 2,
  lists: ({ state }) => state.orders.map((orderId) => `order:${orderId}`),
});

/** An itinerary as readers get it: the orders that were placed together, and what has become of them as one. */
export const presentItinerary = ({ id, version, document }: Stored<ItineraryDocument>) => ({
  itineraryId: id,
  status: document.status,
  orders: document.state.orders,
  ready: document.state.ready,
  failure: document.state.failure,
  kept: document.state.kept,
  placedAt: instant(document.createdAt),
  version,
});
