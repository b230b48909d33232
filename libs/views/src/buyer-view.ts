import { buyerStreamType, type BuyerState } from '@orderloom/domain';
import { instant } from './instant.ts';
import { streamView, type Stored, type StreamDocument } from './stream-view.ts';

export type BuyerDocument = StreamDocument<BuyerState>;

/**
 * What a shop decided about its buyers; a buyer about whom nothing was ever decided has no document.
 * A buyer's orders are the list `buyer:<id>` of the order view. Lists: `all:`, `status:active`, `status:blocked`.
 */
export const buyerView = streamView(buyerStreamType);

/** A buyer as readers get it. */
export const presentBuyer = ({ id, version, document }: Stored<BuyerDocument>) => ({
  buyerId: id,
  status: document.status,
  blockedBecause: document.state.blocked,
  maxOpenOrders: document.state.maxOpenOrders,
  createdAt: instant(document.createdAt),
  updatedAt: instant(document.updatedAt),
  version,
});
