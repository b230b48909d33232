/** Orders that were placed together. */
export type ItineraryState = {
  /** `placed`: not all of them can be sent yet. `confirmed`: they could, and go their own ways. `failed`: none is sent. */
  readonly status: 'none' | 'placed' | 'confirmed' | 'failed';
  /** Their ids, in the order of the legs. */
  readonly orders: readonly string[];
  /** Those that could be sent. */
  readonly ready: readonly string[];
  /** Why it came to nothing: the order that was lost, and the event of it that said so. */
  readonly failure: { readonly orderId: string; readonly cause: string } | null;
  /** Those that could not be cancelled when it failed. */
  readonly kept: readonly string[];
};

export const noItinerary: ItineraryState = {
  status: 'none',
  orders: [],
  ready: [],
  failure: null,
  kept: [],
};
