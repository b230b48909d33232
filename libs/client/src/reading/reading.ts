import type { Event, Explanation, StreamRef } from '@orderloom/decider';
import type { Facets, Moment } from '@orderloom/engine';
import type { OrderSummary, Presented, PresentedPreview, WorkItem } from '@orderloom/views';
import type { ConsumedEvent } from '../consuming/event.ts';
import type { TryAgain } from '../result.ts';

export type ReadOptions = {
  /** The `position` of a result: the answer shows that command, or the call rejects with `position-not-reached`. */
  readonly minPosition?: string | null;
  /** Gives up: the call rejects with its reason. */
  readonly signal?: AbortSignal;
};

/** The present, unless one of the two is said. */
export type GetOptions = ReadOptions & {
  /** As it was at this instant: RFC 3339 with a zone. Rejects before its first event, and for the future. */
  readonly asOf?: string;
  /** As it was at this version. Rejects where it has not come so far. */
  readonly asOfVersion?: number;
};

/** Stream types whose documents can be read. */
export type ReadableType = keyof Presented;

/** By what orders can be counted. */
export type OrderFacet = 'status' | 'lifecycle' | 'merchant';

/** Which orders: those for which all of it is true. */
export type OrderQuery = {
  /**
   * What somebody types into a search box: words, ids, beginnings of both; in quotes, whole words only. Names, telephone
   * numbers and e-mail addresses are found whole, by who has the keys.
   */
  readonly q?: string;
  /** `REGION.STATUS`, such as `payment.paid`; of several an order has all. */
  readonly status?: string | readonly string[];
  readonly buyer?: string;
  readonly merchant?: string;
  /** Name of a lifecycle. */
  readonly lifecycle?: string;
  /** Fields of their own, each with the whole text that it has. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Placed at this instant or later, and before that one: RFC 3339 with a zone. */
  readonly from?: string;
  readonly to?: string;
  /** `next` of the page before this one. */
  readonly cursor?: string;
  /** At most 200; 20 unless said. */
  readonly limit?: number;
  /** Counts all that is found, on other pages too: in `total` and, value by value, in `facets`. */
  readonly facets?: readonly OrderFacet[];
};

/** Orders, the newest first. Counts are there where they were asked for; `null`: too many to be counted. */
export type OrderPage = {
  readonly orders: readonly OrderSummary[];
  readonly next: string | null;
} & Partial<Facets>;

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

/** Which orders that somebody has to work on: those of a list for which all of it is true. */
export type WorkQuery = {
  readonly list: 'to-ship' | 'to-refund' | 'to-clarify' | 'to-resolve' | 'disputed' | 'at-risk';
  /** Nobody's, somebody's, or those of an actor; whoever's unless said. */
  readonly claim?: 'unclaimed' | 'claimed' | { readonly by: string };
  /** How far ahead `at-risk` looks, at most a week; 60 unless said. */
  readonly withinMinutes?: number;
  readonly buyer?: string;
  readonly merchant?: string;
  readonly lifecycle?: string;
  /** `next` of the page before this one. */
  readonly cursor?: string;
  /** At most 200; 20 unless said. */
  readonly limit?: number;
};

/** Orders of a list of work, the first thing to do first. */
export type WorkPage = { readonly orders: readonly WorkItem[]; readonly next: string | null };

/** Which calls to the outside: of one list at a time, all of them unless said. */
export type EffectQuery = {
  readonly status?: 'due' | 'started' | 'waiting' | 'succeeded' | 'given-up';
  readonly webhook?: string;
  readonly provider?: string;
  /** `next` of the page before this one. */
  readonly cursor?: string;
  /** At most 200; 20 unless said. */
  readonly limit?: number;
};

/** Calls to the outside, those of the newest order first. */
export type EffectPage = { readonly effects: readonly Presented['effect'][]; readonly next: string | null };

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
  /** As it is, or as it was at a moment. */
  readonly document: (stream: StreamRef, moment: Moment | undefined, asking: Asking) => Promise<Read<object>>;
  readonly history: (
    stream: StreamRef,
    range: { readonly after: number; readonly limit: number },
    asking: Asking,
  ) => Promise<Read<History>>;
  readonly explanation: (stream: StreamRef, asking: Asking) => Promise<Read<Explained>>;
  readonly preview: (edit: StreamRef, asking: Asking) => Promise<Read<PresentedPreview>>;
  readonly orders: (query: OrderQuery, asking: Asking) => Promise<Read<OrderPage>>;
  readonly work: (query: WorkQuery, asking: Asking) => Promise<Read<WorkPage>>;
  readonly effects: (query: EffectQuery, asking: Asking) => Promise<Read<EffectPage>>;
};
