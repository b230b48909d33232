import type { OrderState } from '@orderloom/domain';
import type { Settled } from './settled.ts';
import type { StreamDocument } from './stream-view.ts';
import type { Balances } from './ledger/postings.ts';
import type { OrderWork } from './work/order-work.ts';

/** The receiver as the log holds it, bytes as base 64: only its key opens it. */
export type SealedReceiver = {
  readonly subject: string;
  readonly keyId: number;
  readonly nonce: string;
  readonly ciphertext: string;
};

/** What a payment provider said, in the order in which it was recorded. */
export type PaymentNote = {
  readonly paymentId: string;
  readonly provider: string;
  readonly status: 'started' | 'confirmed' | 'surplus' | 'failed' | 'unknown' | 'mismatched';
  /** In minor units; `null` where it failed, or nobody knows. */
  readonly amount: number | null;
  /** Why it failed. */
  readonly reason: string | null;
  /** ms since 1970 UTC. */
  readonly at: number;
};

/** What somebody noted, in the order in which it was recorded. */
export type OrderNote = {
  readonly text: string;
  /** Who it was, where the command said so. */
  readonly actor: string | null;
  /** ms since 1970 UTC. */
  readonly at: number;
};

/** An order with what only its events tell: the decider needs neither receiver nor providers nor notes. */
export type OrderDocument = StreamDocument<OrderState> & {
  readonly receiver: SealedReceiver | null;
  readonly payments: readonly PaymentNote[];
  /** Keyed tokens of the receiver, as words. */
  readonly tokens: readonly string[];
  readonly notes: readonly OrderNote[];
  /** Why the foreign id does not lead here, as a rejection code; `null`: it does, or there is none. */
  readonly aliasRefused: string | null;
  readonly work: OrderWork;
  /** What the order has in each account, in minor units. */
  readonly ledger: Balances;
  /** What providers have said to have moved, the last ones. */
  readonly settled: readonly Settled[];
};
