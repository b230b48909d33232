import type { ParcelContent } from '../messages/generated/types.ts';

export type ParcelStatus = 'none' | 'created' | 'dispatched' | 'delivered';

/** An order that did not accept what the parcel told it. */
export type RefusedContent = {
  readonly orderId: string;
  /** The command that was refused. */
  readonly told: string;
  /** The rejection code. */
  readonly code: string;
};

/** One parcel: what is in it, where it is, and which orders would not hear of it. */
export type ParcelState = {
  readonly status: ParcelStatus;
  readonly contents: readonly ParcelContent[];
  readonly weightGrams: number | null;
  readonly carrier: string | null;
  readonly trackingNumber: string | null;
  readonly failedAttempts: number;
  readonly refused: readonly RefusedContent[];
};

export const noParcel: ParcelState = {
  status: 'none',
  contents: [],
  weightGrams: null,
  carrier: null,
  trackingNumber: null,
  failedAttempts: 0,
  refused: [],
};
