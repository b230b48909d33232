/** Something somebody asks for; it may be refused. `type` is imperative (`PlaceOrder`). */
export type Command<T extends string = string, D extends object = object> = {
  readonly type: T;
  readonly data: D;
};

/** Something that happened; past tense (`OrderPlaced`), never changed, never taken back. */
export type Event<T extends string = string, D extends object = object> = {
  readonly type: T;
  readonly data: D;
};

/** Which stream: `key` is unique within (tenant, type). */
export type StreamRef = { readonly tenant: string; readonly type: string; readonly key: string };

/** The text form of a stream's identity, used as map key, CloudEvents subject and log field. */
export const streamIdOf = (ref: StreamRef): string => `${ref.tenant}/${ref.type}/${ref.key}`;

/**
 * Why a command is refused. A value, not an exception: two honest callers race, and one of them loses.
 * `kind` tells the caller what to change: the moment (`state`), the content (`content`), or the address (`missing`).
 */
export type Rejection = {
  readonly code: string;
  readonly reason: string;
  readonly kind: 'state' | 'content' | 'missing';
  /** JSON pointer into the command's data, where the cause can be pointed at. */
  readonly pointer?: string;
};

/** What `decide` answers. An accepted command has at least one event. */
export type Decision<E extends Event = Event> =
  | { readonly outcome: 'accepted'; readonly events: readonly E[] }
  | { readonly outcome: 'rejected'; readonly rejection: Rejection }
  | { readonly outcome: 'duplicate'; readonly of: StreamRef };

export const accept = <E extends Event>(...events: readonly E[]): Decision<E> => ({
  outcome: 'accepted',
  events,
});

/** Refused because of where the stream is in its life (HTTP 409). */
export const refuseState = (code: string, reason: string): Decision<never> => ({
  outcome: 'rejected',
  rejection: { code, reason, kind: 'state' },
});

/** Refused because of what the command says (HTTP 422); `pointer` names the field. */
export const refuseContent = (code: string, reason: string, pointer?: string): Decision<never> => ({
  outcome: 'rejected',
  rejection:
    pointer === undefined ? { code, reason, kind: 'content' } : { code, reason, kind: 'content', pointer },
});

/** Refused because what the command names does not exist (HTTP 404). */
export const refuseMissing = (code: string, reason: string): Decision<never> => ({
  outcome: 'rejected',
  rejection: { code, reason, kind: 'missing' },
});

/**
 * What somebody outside has said of a command before it was decided, or what holds in their place. Whoever lets the
 * command in has asked them, and answers for it.
 */
export type Verdict = {
  /** Name of who was asked, as the tenant knows it. */
  readonly hook: string;
  readonly verdict: 'pass' | 'hold' | 'refuse';
  /** A code of theirs; `null`: none was said. */
  readonly reason: string | null;
  /** Whether they have said so, or it is the default for who is too slow, or cannot be asked or understood. */
  readonly by: 'hook' | 'time-out' | 'failure';
  /** How long they were waited for, ms. */
  readonly tookMs: number;
};

/** What `decide` may know besides state and command. Everything that varies comes in here, as a value. */
export type DecideContext<G = unknown> = {
  readonly stream: StreamRef;
  /** The instant that will be stamped on the events as `recordedAt`, ms since 1970 UTC. */
  readonly now: number;
  /** State of the tenant's global stream: policies, published lifecycles. */
  readonly global: G;
  /** Version of the global stream that `global` is the fold of. */
  readonly globalVersion: number;
  /** Who answers for the command; `null` where nobody was named. */
  readonly actor: string | null;
  /** Through what the command came, as it says; `null` where it does not. */
  readonly channel: string | null;
  /** What was said of the command by those who were asked; `null`: it comes from inside, and nobody is to be asked. */
  readonly verdicts?: readonly Verdict[] | null | undefined;
};

/** What `evolve` may know besides state and event; all of it is in the recorded event or in the global table. */
export type EvolveContext<G = unknown> = {
  readonly stream: StreamRef;
  readonly recordedAt: number;
  readonly version: number;
  readonly global: G;
};

/**
 * Three pure pieces that give a stream its meaning. `evolve` is total over every event ever recorded.
 * Neither reads a clock, a random source or the environment.
 */
export type Decider<S, C extends Command, E extends Event, G = unknown> = {
  readonly initialState: S;
  readonly decide: (state: S, command: C, context: DecideContext<G>) => Decision<E>;
  readonly evolve: (state: S, event: E, context: EvolveContext<G>) => S;
  /** No command can change it any more: its memory may be given back after the idempotency window. */
  readonly isTerminal: (state: S) => boolean;
};
