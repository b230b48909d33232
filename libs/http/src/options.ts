import type { Projection, RecordedEvent, Rejection, StreamRef } from '@orderloom/decider';
import type {
  Engine,
  EventTail,
  GroupMember,
  ParkedGroups,
  SearchQuestion,
  SearchTerm,
  StoredDocument,
  TenantTime,
  TraceParts,
  ViewGenerations,
  Violation,
} from '@orderloom/engine';
import type { Registry } from 'prom-client';
import type { HookCount } from './metrics.ts';

/** A command's data after validation and sealing, or every place where it breaks its schema. */
export type PreparedCommand =
  | { readonly outcome: 'valid'; readonly data: object }
  | { readonly outcome: 'invalid'; readonly violations: readonly Violation[] };

export type JsonSchema = Readonly<Record<string, unknown>>;

/** Stream type -> command type -> JSON Schema 2020-12 of its data, with personal fields in clear. */
export type CommandSchemas = Readonly<Record<string, Readonly<Record<string, JsonSchema>>>>;

/** A published lifecycle as data. */
export type LifecycleDescription = {
  readonly name: string;
  readonly version: number;
  readonly hash: string;
  /** Region -> its statuses, the first one first. */
  readonly statuses: Readonly<Record<string, readonly string[]>>;
  readonly deadlines: readonly object[];
  /** Fields that an order of it may have, with their bounds. */
  readonly fields: Readonly<Record<string, object>>;
  /** All of it, as it is published. */
  readonly definition: object;
};

/** What the edge writes to the log: a few fields and a fixed sentence, never a body. */
export type EdgeLog = {
  readonly warn: (fields: object, message: string) => void;
  readonly error: (fields: object, message: string) => void;
};

/** The log for readers outside. */
export type EdgeEvents = {
  readonly tail: EventTail;
  /** Stream type -> its event types. */
  readonly types: Readonly<Record<string, readonly string[]>>;
  /** A member of a group, by the name under which its progress is kept; `not-available` where this is left out. */
  readonly follow?: (group: string) => Promise<GroupMember>;
  /** `not-available` where this is left out. */
  readonly parked?: ParkedGroups;
};

/** How a text and an instant are read that orders are searched by. */
export type EdgeSearch = {
  /** Terms; `begins`: where no order has the words, those that begin so are looked for. Or why it is no search. */
  readonly read: (
    tenant: string,
    text: string,
  ) => { readonly terms: readonly SearchTerm[] } | { readonly fault: string };
  /** The least sort key of an order that was placed at that instant or later. */
  readonly sortKeyAt: (ms: number) => string;
};

/** Whose work is asked for: nobody's, somebody's, or that of whoever is named. */
export type ClaimedBy = { readonly nobody: true } | { readonly somebody: true } | { readonly actor: string };

/** The lists of orders that somebody has to work on. `now`: what time it is in the tenant, ms. */
export type EdgeWork = {
  readonly lists: readonly string[];
  /** What is asked of the views. `withinMs`: how far ahead something is at risk; `claimed: null`: whoever's. */
  readonly question: (asked: {
    readonly list: string;
    readonly now: number;
    readonly withinMs: number;
    readonly claimed: ClaimedBy | null;
  }) => Pick<SearchQuestion, 'queue' | 'later' | 'lists'>;
  /** An order as the list shows it. */
  readonly show: (stored: StoredDocument, list: string, now: number) => object;
};

/** Which orders may travel in one parcel, among those that stand in all of these lists and are to be shipped. */
type EdgeMerging = (asked: {
  readonly tenant: string;
  readonly lists: readonly string[];
  /** `next` of the page before; `null`: from the head of the queue. */
  readonly before: string | null;
  /** What time it is in the tenant, ms. */
  readonly now: number;
}) => Promise<{
  readonly merges: readonly object[];
  /** Orders that were held against each other. */
  readonly compared: number;
  readonly next: string | null;
}>;

/** What a provider called back, as it came; a header that it does not have is ''. */
type CallbackMessage = {
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
  readonly body: Uint8Array;
};

/** What came of it; `code` quotes nothing. */
export type CallbackEnd = {
  readonly outcome: 'told' | 'refused' | 'unavailable' | 'unknown-provider' | 'wrong-signature' | 'malformed';
  readonly code: string;
};

/** Everything that HTTP needs and does not know itself: one engine, and functions over orders. */
export type HttpOptions = {
  readonly engine: Engine;
  /** Validates and seals what a caller sent; only the result goes into the engine. */
  readonly prepareCommand: (
    streamType: string,
    commandType: string,
    body: unknown,
    sender: { readonly tenant: string; readonly commandId: string },
  ) => PreparedCommand;
  /** Whether a text outside the command's data looks like a payment card number; such a text is refused. */
  readonly holdsCardNumber: (text: string) => boolean;
  /** Refusals that need another stream's state and must come before sending; `undefined`: none. */
  readonly precheck: (stream: StreamRef, commandType: string, data: object) => Rejection | undefined;
  /** The view that holds the streams of a type; the past is `not-available` where there is none. */
  readonly projectionOf?: (streamType: string) => Projection | undefined;
  /** What time it is in a tenant, ms, and whether that is the time of the wall. */
  readonly timeOf: (tenant: string) => TenantTime;
  /** Streams may be called by another name than their own; none is where this is left out. */
  readonly otherNames?: {
    readonly isOne: (stream: StreamRef) => boolean;
    /** The stream that has the name; `undefined`: none. Waits so long for views that do not show it yet. */
    readonly behind: (stream: StreamRef, waitMs: number) => Promise<StreamRef | undefined>;
  };
  /** A view's document as callers see it. */
  readonly present: (streamType: string, stored: StoredDocument, tenant: string) => object;
  /** An order as lists show it; the whole of it where this is left out. */
  readonly summarize?: (stored: StoredDocument, tenant: string) => object;
  /** How orders are searched; `q`, `from` and `to` are `not-available` where this is left out. */
  readonly search?: EdgeSearch;
  /** `not-available` where this is left out. */
  readonly work?: EdgeWork;
  /** `not-available` where this is left out. */
  readonly merging?: EdgeMerging;
  /** What committing an edit would come to; `undefined`: there is none. `not-available` where this is left out. */
  readonly previewOf?: (edit: StreamRef) => Promise<object | undefined>;
  /** What belongs to an order; `not-available` where this is left out. */
  readonly traced?: Pick<TraceParts, 'type' | 'whole' | 'beside'> & {
    /** Streams that name the order in their documents. */
    readonly also: (tenant: string, orderId: string) => Promise<TraceParts['also']>;
  };
  /** An event as callers see it in a history. */
  readonly presentEvent: (event: RecordedEvent) => object;
  /** Live events; `not-available` where this is left out. */
  readonly events?: EdgeEvents;
  /** Takes what a provider calls back, its signature first; `not-available` where this is left out. */
  readonly callbacks?: (provider: string, message: CallbackMessage) => Promise<CallbackEnd>;
  /** The generations of the views; `not-available` where this is left out. */
  readonly generations?: ViewGenerations;
  /** Those of the hot cache, where the engine has one. */
  readonly cacheGenerations?: ViewGenerations;
  /** Alarms since the start, by name. */
  readonly alarms?: () => Readonly<Record<string, number>>;
  /** Documents read since the start, by how the hot cache answered; where the engine has one. */
  readonly cacheReads?: () => Readonly<Record<string, number>>;
  /** What hooks have said since the start; where some can be asked. */
  readonly verdicts?: () => readonly HookCount[];
  /** The newest lifecycle of that name; `undefined`: the tenant has none. */
  readonly describeLifecycle: (
    tenant: string,
    name: string,
    version?: number,
  ) => LifecycleDescription | undefined;
  /** Commands that may come from outside; a type that is missing here is refused. */
  readonly commands: CommandSchemas;
  /** Rejection code of the domain -> title of its problem. */
  readonly rejections: Readonly<Record<string, string>>;
  /** Wall clock, ms. */
  readonly clock: () => number;
  /** How long an answered key is remembered, ms; published as `Idempotency-Window`. */
  readonly idempotencyWindowMs: number;
  /** Signs list cursors; the same over restarts, so that a page can be continued. At least 16 bytes. */
  readonly cursorKey: Uint8Array;
  /** Shown on the page, in OpenAPI and by `/healthz`. */
  readonly build: { readonly version: string; readonly profile: string; readonly durability: string };
  readonly metrics: Registry;
  readonly log: EdgeLog;
};
