/** No answer that can be used. `sent`: what was asked for may have happened all the same. `code` is stable, and quotes nothing. */
export type Silence = { readonly status: 'silent'; readonly code: string; readonly sent: boolean };

/** What a provider knows of a payment. `unknown`: it has never heard of it. Amounts are in minor units. */
export type PaymentAnswer =
  | { readonly status: 'paid'; readonly amount: number; readonly currency: string }
  | { readonly status: 'failed'; readonly reason: string }
  | { readonly status: 'pending' }
  | { readonly status: 'unknown' }
  | Silence;

/** Money that goes back, out of one payment. */
export type RefundRequest = {
  /** The same key is the same refund, however often it is asked for. */
  readonly key: string;
  readonly paymentId: string;
  /** In minor units. */
  readonly amount: number;
  readonly currency: string;
};

/** What a provider knows of a refund. */
export type RefundAnswer =
  | { readonly status: 'refunded'; readonly amount: number; readonly currency: string }
  | { readonly status: 'failed'; readonly reason: string }
  | { readonly status: 'pending' }
  | { readonly status: 'unknown' }
  | Silence;

/** What a provider is to freeze: one leg of a bill. */
export type LegRequest = {
  /** The same key is the same leg, however often it is asked for. */
  readonly key: string;
  /** What refunds call it once it is captured. */
  readonly paymentId: string;
  /** In minor units. */
  readonly amount: number;
  readonly currency: string;
};

/**
 * What a provider knows of a leg. `failed`, behind `freeze`: it holds nothing; behind `capture`: it was not captured, and
 * may still be frozen. `released`: nothing is held or taken, now and for ever.
 */
export type LegAnswer =
  | { readonly status: 'frozen' | 'captured'; readonly amount: number; readonly currency: string }
  | { readonly status: 'released' }
  | { readonly status: 'failed'; readonly reason: string }
  | { readonly status: 'pending' }
  | { readonly status: 'unknown' }
  | Silence;

/** What went over the wire in one call, as it was, without what opens the account. `null`: nothing of that kind. */
export type Exchange = { readonly sent: string | null; readonly received: Uint8Array | null };

/** Told of each exchange as soon as it is over, well or not. */
export type Heard = (exchange: Exchange) => void;

/**
 * Whoever moves the money, at one account. Nothing is thrown for what a provider does or leaves undone: silence is an
 * answer. Aborted, a question rejects with the reason of the signal.
 */
export type PaymentProvider = {
  readonly paymentOf: (paymentId: string, signal: AbortSignal, heard?: Heard) => Promise<PaymentAnswer>;
  readonly refund: (refund: RefundRequest, signal: AbortSignal, heard?: Heard) => Promise<RefundAnswer>;
  /** What became of a refund, by its key. */
  readonly refundOf: (key: string, signal: AbortSignal, heard?: Heard) => Promise<RefundAnswer>;
  /** Keeps what a leg is over, so that nobody else can have it. */
  readonly freeze: (leg: LegRequest, signal: AbortSignal, heard?: Heard) => Promise<LegAnswer>;
  /** Takes what is frozen, by its key. */
  readonly capture: (key: string, signal: AbortSignal, heard?: Heard) => Promise<LegAnswer>;
  /**
   * Lets go, for ever, of what is frozen or captured under a key: a freeze or a capture that comes later, or of which nobody
   * has heard yet, holds nothing.
   */
  readonly release: (key: string, signal: AbortSignal, heard?: Heard) => Promise<LegAnswer>;
  /** What became of a leg, by its key. */
  readonly legOf: (key: string, signal: AbortSignal, heard?: Heard) => Promise<LegAnswer>;
};
