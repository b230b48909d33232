import type { Command, Decider, Event, EvolveContext, Rejection, StreamRef } from './words.ts';
import type { RecordedEvent } from './recorded-event.ts';

/** A command that a process manager sends; the engine gives it an id, a cause and a hop count. */
export type SentCommand = {
  readonly to: { readonly type: string; readonly key: string };
  readonly command: Command;
};

/** What another stream of the same slot has to accept with a command, and where it has to be for that. */
export type Guard = Pick<SentCommand, 'to'> & {
  /** Left out where nothing is asked of the stream but to be at its version. */
  readonly command?: Command;
  /** JSON pointer to where the command says it: what the other stream points at is below it. */
  readonly at?: string;
  /** The version that the stream has to be at before any guard is asked; whichever unless said. */
  readonly expectedVersion?: number;
};

/** What a process manager may know of the event beside its data. */
export type ReactContext<G = unknown> = Pick<EvolveContext<G>, 'recordedAt' | 'version' | 'global'>;

/** The reaction of a process manager: a pure function of the emitting stream's state and its event. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- most need nothing of the tenant, and stand beside those that do
export type Reaction<S = unknown, D extends object = object, G = any> = {
  /** Command types it may send: the engine checks this graph for undeclared cycles when it starts. */
  readonly sends: readonly string[];
  readonly react: (state: S, data: D, stream: StreamRef, context: ReactContext<G>) => readonly SentCommand[];
};

/** A due instant held by a state; when it is ripe the engine sends the command to the stream itself. */
export type Deadline = { readonly name: string; readonly due: number; readonly command: Command };

/** Where a stream is and what may come next; the body of a 409 and of `explain`. */
export type Explanation = {
  /** Region name -> status; one region `status` where a type has no parallel regions. */
  readonly status: Readonly<Record<string, string>>;
  /** Commands whose status conditions hold now. */
  readonly allowedCommands: readonly string[];
  /** Those of them that may still be refused because of what they say. */
  readonly mayRefuse: readonly string[];
};

/** What a command type promises: the events it can become, and how the engine may treat it. */
export type CommandRule<C extends Command = Command, S = unknown> = {
  readonly emits: readonly string[];
  /** The command makes a new stream: the processor makes its key, in the slot of `slotKey`. */
  readonly creates?: { readonly slotKey: (data: C['data'], commandId: string) => string };
  /**
   * Other streams of the same slot that decide with this one: all accept, or nothing is appended. Of several guards to one
   * stream each is decided on what those before it have made of it. `state`: that of this stream, before the command.
   */
  readonly guards?: (data: C['data'], stream: StreamRef, commandId: string, state: S) => readonly Guard[];
  /** Two commands of this type that reach one stream in one transaction become one. */
  readonly merge?: (first: C['data'], second: C['data']) => C['data'];
  /** Only process managers and deadlines may send it; from outside it is refused. */
  readonly internal?: boolean;
  /** Somebody answers for it: from outside it is refused without an actor. */
  readonly needsActor?: boolean;
  /** The section that it is decided upon: from outside it says the version of that one, or of the whole stream. */
  readonly decidesOn?: (data: C['data']) => string;
};

/**
 * A stream type: its key, its slot rule, its decider and what it tells others.
 * Registering one is all that the engine needs; see `defineStreamType`.
 */
export type StreamType<S = unknown, C extends Command = Command, E extends Event = Event, G = unknown> = {
  readonly name: string;
  /** Changes whenever the fold changes meaning: stored states of another fold id are folded again. */
  readonly foldId: string;
  readonly decider: Decider<S, C, E, G>;
  /** The slot of an existing key; `undefined` where the text cannot be a key of this type. */
  readonly slotOf: (tenant: string, key: string) => number | undefined;
  readonly commands: { readonly [T in C['type']]: CommandRule<Extract<C, { type: T }>, S> };
  /** Region name -> status, where that is cheaper than the whole explanation: every answer shows it. */
  readonly statusOf?: (state: S, global: G) => Explanation['status'];
  readonly explain: (state: S, global: G) => Explanation;
  /** Parts that are decided upon apart from each other: name -> version of the last event that touched it. */
  readonly sections?: (state: S) => Readonly<Record<string, number>>;
  /** The earliest deadline that the state holds. */
  readonly nextDeadline?: (state: S) => Deadline | undefined;
  readonly reactions?: { readonly [T in E['type']]?: Reaction<S, Extract<E, { type: T }>['data'], G> };
  /** Events that an operator has to hear of: each is logged and counted once it is durable. */
  readonly alarms?: readonly E['type'][];
  /**
   * Whether business is done in a stream, for the time being at least: from then on its commands are remembered for the
   * window only. `never`: there is no such end, each is remembered for the window from its own time. Default: when it
   * is terminal.
   */
  readonly closes?: 'never' | ((state: S) => boolean);
  /** What the refusal of a command that this type sent becomes: a command back to the sending stream, or nothing. */
  readonly onRefused?: Readonly<
    Record<string, (sent: object, rejection: Rejection, from: StreamRef) => Command | undefined>
  >;
  /** Events of other stream types of the same slot that are folded into this type's state too: event type -> key. */
  readonly follows?: Readonly<Record<string, (event: RecordedEvent) => string | undefined>>;
};

/** Where a stream is, by the cheapest way its type has. */
export const statusIn = <S, G>(
  type: Pick<StreamType<S, Command, Event, G>, 'statusOf' | 'explain'>,
  state: S,
  global: G,
): Explanation['status'] => type.statusOf?.(state, global) ?? type.explain(state, global).status;

/** How a tenant's time runs. */
export type TenantClock =
  | { readonly mode: 'live' }
  | {
      readonly mode: 'simulated';
      /** The instant, ms; moves only by clock commands. */
      readonly now: number;
      /** `asleep`: moving the clock fires nothing; what is due waits for the release. */
      readonly deadlines: 'awake' | 'asleep';
    };

/** All stream types of one engine. `global` names the type whose one stream a tenant every decision may read. */
export type Registry = {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a registry holds types of every state; each is closed over its own
  readonly types: readonly StreamType<any, any, any, any>[];
  readonly global: {
    readonly type: string;
    readonly clockOf: (state: unknown) => TenantClock;
    /** Whether the tenant exists: commands of an unknown tenant are refused. */
    readonly exists: (state: unknown) => boolean;
    /** Commands to the global stream that may come before the tenant exists. */
    readonly createdBy: readonly string[];
  };
  /** Cycles event type -> command type -> event type that are meant: each as the list of event types on it. */
  readonly declaredCycles: readonly (readonly string[])[];
};

/** Checks a stream type against its own parts at compile time and erases them for the registry. */
export const defineStreamType = <S, C extends Command, E extends Event, G>(
  type: StreamType<S, C, E, G>,
): StreamType<S, C, E, G> => type;
