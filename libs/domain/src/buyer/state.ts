/** How many placements of a buyer the duplicate guard remembers. */
export const REMEMBERED_PLACEMENTS = 32;

/** An order of the buyer that is not cancelled, as the duplicate guard sees it. */
export type Placement = {
  readonly cartHash: string;
  readonly orderId: string;
  /** When it was placed, ms since 1970 UTC. */
  readonly recordedAt: number;
};

/** What a shop decides about one buyer, and what the buyer's orders tell of themselves. */
export type BuyerState = {
  /** Why no more orders are taken; `null`: they are. */
  readonly blocked: string | null;
  readonly maxOpenOrders: number | null;
  /** Placed, and neither cancelled, timed out nor delivered whole. */
  readonly openOrders: number;
  /** The last placements, oldest first, at most `REMEMBERED_PLACEMENTS`. */
  readonly recent: readonly Placement[];
};

export const newBuyer: BuyerState = { blocked: null, maxOpenOrders: null, openOrders: 0, recent: [] };
