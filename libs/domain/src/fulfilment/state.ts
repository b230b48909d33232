import type { LineQuantity } from '../messages/generated/types.ts';

/**
 * `requested`: nobody has answered yet. `held`: nothing may leave. The last three are ends: `cancelled`: nobody sends it,
 * `replaced`: another fulfilment does.
 */
export type FulfilmentStatus =
  | 'none'
  | 'requested'
  | 'acknowledged'
  | 'picked'
  | 'held'
  | 'shipped'
  | 'delivered'
  | 'cancelled'
  | 'replaced';

/** A part of an order that one warehouse sends. */
export type FulfilmentState = {
  readonly status: FulfilmentStatus;
  /** Where it goes on when it is released; `null`: it is not held. */
  readonly heldIn: FulfilmentStatus | null;
  readonly location: string;
  /** What it is to send, or has sent. */
  readonly lines: readonly LineQuantity[];
  /** How often the warehouse was asked. */
  readonly attempt: number;
  /** When it is asked again, ms; `null`: it is not. */
  readonly due: number | null;
  /** It was asked as often as the tenant wants it to be. */
  readonly unanswered: boolean;
  /** The name by which the warehouse knows it. */
  readonly reference: string | null;
  readonly parcelId: string | null;
  readonly carrier: string | null;
  readonly trackingNumber: string | null;
  readonly failedDeliveries: number;
  /** Where the proof of delivery is kept. */
  readonly proof: string | null;
};

export const noFulfilment: FulfilmentState = {
  status: 'none',
  heldIn: null,
  location: '',
  lines: [],
  attempt: 0,
  due: null,
  unanswered: false,
  reference: null,
  parcelId: null,
  carrier: null,
  trackingNumber: null,
  failedDeliveries: 0,
  proof: null,
};
