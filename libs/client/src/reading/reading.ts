import type { Event, Explanation, StreamRef } from '@orderloom/decider';
import type { OrderSummary, Presented } from '@orderloom/views';
import type { ConsumedEvent } from '../consuming/event.ts';
import type { TryAgain } from '../result.ts';

export type ReadOptions = {
  /** The `position` of a result: the answer shows that command, or the call rejects with `position-not-reached`. */
  readonly minPosition?: string | null;
  /** Gives up: the call rejects with its reason. */
  readonly signal?: AbortSignal;
};

/** Stream types whose documents can be read. */
export type ReadableType = keyof Presented;

/** Which orders: those for which all of it is true. */
export type OrderQuery = {
  /** `REGION.STATUS`, such as `payment.paid`; of several an order has all. */
  readonly status?: string | readonly string[];
  readonly buyer?: string;
  readonly merchant?: string;
  /** Name of a lifecycle. */
  readonly lifecycle?: string;
  /** Placed at this instant or later, and before that one: RFC 3339 with a zone. */
  readonly from?: string;
  readonly to?: string;
  /** `next` of the page before this one. */
  readonly cursor?: string;
  /** At most 200; 20 unless said. */
  readonly limit?: number;
};

/** Orders, the newest first. */
export type OrderPage = { readonly orders: readonly OrderSummary[]; readonly next: string | null };

export type HistoryOptions = ReadOptions & {
  /** Events behind this version; from the first one on unless said. */
  readonly after?: number;
  /** At most 500; 100 unless said. */
  readonly limit?: number;
};

/** Events of a stream in order, none where there is no such stream; `next`: what to give as `after` for those behind. */
export type History<E extends Event = Event> = {
  readonly events: readonly ConsumedEvent<E>[];
  readonly next: number | null;
};

/** Where a stream is, what may come next, and the events that have led there. */
export type Explained<E extends Event = Event> = Explanation & {
  readonly id: string;
  readonly version: number;
  readonly nextDeadline: { readonly name: string; readonly due: string } | null;
  readonly because: readonly ConsumedEvent<E>[];
};

/** What one attempt may take. */
export type Asking = {
  readonly tenant: string;
  readonly minPosition: string | undefined;
  readonly signal: AbortSignal;
  /** Time that is left for all attempts, ms. */
  readonly leftMs: number;
};

/** `found` is undefined where there is no such thing. */
export type Read<T> = { readonly outcome: 'read'; readonly found: T | undefined } | TryAgain;

/** One way to read, one attempt each. Throws a `ClientError` for what no attempt can answer. */
export type Queries = {
  readonly document: (stream: StreamRef, asking: Asking) => Promise<Read<object>>;
  readonly history: (
    stream: StreamRef,
    range: { readonly after: number; readonly limit: number },
    asking: Asking,
  ) => Promise<Read<History>>;
  readonly explanation: (stream: StreamRef, asking: Asking) => Promise<Read<Explained>>;
  readonly orders: (query: OrderQuery, asking: Asking) => Promise<Read<OrderPage>>;
};
