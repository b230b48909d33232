import { itineraryStreamType, type ItineraryState } from '@orderloom/domain';
import { instant } from './instant.ts';
import { streamView, type Stored, type StreamDocument } from './stream-view.ts';

export type ItineraryDocument = StreamDocument<ItineraryState>;

/** Lists: `all:`, `status:placed`. */
export const itineraryView = streamView(itineraryStreamType);

/** An itinerary as readers get it: the orders that were placed together. */
export const presentItinerary = ({ id, version, document }: Stored<ItineraryDocument>) => ({
  itineraryId: id,
  status: document.status,
  orders: document.state.orders,
  placedAt: instant(document.createdAt),
  version,
});
