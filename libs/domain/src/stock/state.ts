/**
 * The pieces of one sku at one location. Always: received + adjusted = available + held + shipped, nothing below zero.
 *
 * Only totals: which order holds what is in the orders, whose process managers send every reservation, confirmation
 * and release once each, so `held` is the sum of what they hold. A fold step costs the same with one open
 * reservation as with a hundred thousand.
 */
export type StockState = {
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
