import { parcelStreamType, type ParcelState } from '@orderloom/domain';
import { instant } from './instant.ts';
import { streamView, type Stored, type StreamDocument } from './stream-view.ts';

export type ParcelDocument = StreamDocument<ParcelState>;

/** Lists: `all:`, `status:created`, `status:dispatched`, `status:delivered`; `refused:` where an order refused; `order:<id>` of each whose goods are in it. */
export const parcelView = streamView(parcelStreamType, {
  version: 2,
  lists: ({ state }) => [
    ...(state.refused.length > 0 ? ['refused:'] : []),
    ...new Set(state.contents.map(({ orderId }) => `order:${orderId}`)),
  ],
});

/** A parcel as readers get it. */
export const presentParcel = ({ id, version, document }: Stored<ParcelDocument>) => ({
  parcelId: id,
  ...document.state,
  status: document.status,
  createdAt: instant(document.createdAt),
  updatedAt: instant(document.updatedAt),
  version,
});
