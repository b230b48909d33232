/** A line of an order that waits for pieces. */
export type Backorder = {
  readonly orderId: string;
  readonly lineId: string;
  readonly quantity: number;
  /** When it waits no longer, ms since 1970 UTC; `null`: it waits as long as it takes. */
  readonly due: number | null;
};

/**
 * The pieces of one sku at one location. Always: received + adjusted = available + held + shipped, nothing below zero.
 *
 * Only totals: which order holds what is in the orders, whose process managers send every reservation, confirmation
 * and release once each, so `held` is the sum of what they hold. A fold step costs the same with one open
 * reservation as with a hundred thousand.
 */
export type StockState = {
  /** Lines that wait for pieces, those that have waited longest first; left out where none does, as almost always. */
  readonly backorders?: readonly Backorder[];
  /** When pieces are expected, ms since 1970 UTC; left out where nobody has said so. */
  readonly expectedAt?: number;
  /** Whether the location has ever received the sku. */
  readonly known: boolean;
  readonly received: number;
  /** Sum of the corrections after counting; may be below zero. */
  readonly adjusted: number;
  /** Free to be reserved. */
  readonly available: number;
  /** Kept for lines of orders, still here. */
  readonly held: number;
  /** Left for a buyer and not come back. */
  readonly shipped: number;
};

export const noStock: StockState = {
  known: false,
  received: 0,
  adjusted: 0,
  available: 0,
  held: 0,
  shipped: 0,
};
