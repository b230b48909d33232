import { expect } from '@jest/globals';
import type {
  Command,
  Decider,
  Decision,
  Event,
  Rejection,
  SentCommand,
  StreamRef,
  StreamType,
  Verdict,
} from '@orderloom/decider';
import { readably } from './readably.ts';

/** Where and when a scenario plays; the same for all its decisions unless a step says otherwise. */
export type Scene<G> = {
  readonly stream: StreamRef;
  /** ms since 1970 UTC: the instant of every decision and of every given event. */
  readonly now: number;
  readonly global: G;
  /** 1 unless said. */
  readonly globalVersion?: number;
  /** Nobody unless said. */
  readonly actor?: string;
  /** None unless said. */
  readonly channel?: string;
  /** Nobody was asked unless said. */
  readonly verdicts?: readonly Verdict[] | null;
};

/** A given event whose instant or stream is not the scene's; made by `recorded`. */
export type Past = { readonly past: Event; readonly at?: number; readonly stream?: StreamRef };

/** An event of another instant, or one of another stream that the scene's stream follows. */
export const recorded = (
  past: Event,
  where: { readonly at?: number; readonly stream?: StreamRef },
): Past => ({
  past,
  ...where,
});

/** What a scenario takes: a stream type, or only the decider of one. */
export type Subject<S, C extends Command, E extends Event, G> = {
  readonly decider: Decider<S, C, E, G>;
} & Partial<Pick<StreamType<S, C, E, G>, 'commands' | 'reactions'>>;

/** How a decision is judged. Every word fails with the given events and the command in its message. */
type Outcome<S, E extends Event> = {
  /** Accepted with exactly these events, in this order. Each must be declared in the command's rule. */
  readonly then: (...events: readonly E[]) => void;
  readonly thenRejected: (code: string, more?: Partial<Rejection>) => void;
  /** Accepted without any event, as a guard may. */
  readonly thenNothing: () => void;
  readonly thenDuplicateOf: (ref: StreamRef) => void;
  readonly decision: Decision<E>;
  /** The state behind the decision: after its events where it was accepted, as before otherwise. */
  readonly state: S;
};

export type Given<S, C extends Command, E extends Event> = {
  /** The decision about a command, at the scene's instant or at `now`. */
  readonly when: (command: C, now?: number) => Outcome<S, E>;
  /** What the process manager sends on the last given event. */
  readonly thenSends: (...commands: readonly SentCommand[]) => void;
  readonly state: S;
};

/**
 * The words for scenarios about one stream type:
 * `const given = scenarios(orderStream, { stream, now, global })`, then
 * `given(orderPlaced).when(cancelOrder).then(orderCancelled)`.
 */
export const scenarios = <S, C extends Command, E extends Event, G>(
  subject: Subject<S, C, E, G>,
  scene: Scene<G>,
): ((...events: readonly (E | Past)[]) => Given<S, C, E>) => {
  const { decider } = subject;
  const contextOf = (now: number) => ({
    stream: scene.stream,
    now,
    global: scene.global,
    globalVersion: scene.globalVersion ?? 1,
    actor: scene.actor ?? null,
    channel: scene.channel ?? null,
    verdicts: scene.verdicts,
  });
  return (...events) => {
    const before = replay(decider, scene, events);
    const given: Given<S, C, E> = {
      state: before.state,
      when: (command, now = scene.now) => {
        const decision = decider.decide(before.state, command, contextOf(now));
        const follow =
          decision.outcome === 'accepted' ? decision.events.map((past) => ({ past, at: now })) : [];
        const { state } = replay(decider, scene, follow, before);
        const story = `${told(events)}, when ${command.type}`;
        return outcome(story, decision, state, subject.commands?.[command.type as C['type']]?.emits);
      },
      thenSends: (...commands) => {
        const sent = reactionTo(subject, scene, before, events.at(-1));
        readably(`${told(events)}, then sends`, given.thenSends, () => expect(sent).toEqual(commands));
      },
    };
    return given;
  };
};

const isPast = (event: Event | Past): event is Past => 'past' in event;
const eventOf = (event: Event | Past): Event => (isPast(event) ? event.past : event);
const told = (events: readonly (Event | Past)[]): string =>
  events.length === 0 ? 'given nothing' : `given ${events.map((event) => eventOf(event).type).join(', ')}`;

type Replayed<S> = { readonly state: S; readonly version: number };

const replay = <S, C extends Command, E extends Event, G>(
  decider: Decider<S, C, E, G>,
  scene: Scene<G>,
  events: readonly (E | Past)[],
  from: Replayed<S> = { state: decider.initialState, version: 0 },
): Replayed<S> => {
  let { state, version } = from;
  for (const event of events) {
    const { at = scene.now, stream = scene.stream } = isPast(event) ? event : {};
    // Events of a followed stream have versions of their own; here they do not count.
    if (stream === scene.stream) version += 1;
    const context = { stream, recordedAt: at, version, global: scene.global };
    state = decider.evolve(state, eventOf(event) as E, context);
  }
  return { state, version };
};

const reactionTo = <S, C extends Command, E extends Event, G>(
  subject: Subject<S, C, E, G>,
  scene: Scene<G>,
  { state, version }: Replayed<S>,
  last: E | Past | undefined,
): readonly SentCommand[] => {
  if (last === undefined) return [];
  const event = eventOf(last) as E;
  const reaction = subject.reactions?.[event.type as E['type']];
  const { stream, now, global } = scene;
  const context = { recordedAt: isPast(last) ? (last.at ?? now) : now, version, global };
  const sent = reaction?.react(state, event.data, stream, context) ?? [];
  const undeclared = sent.filter(({ command }) => reaction?.sends.includes(command.type) !== true);
  if (undeclared.length > 0)
    throw new Error(
      `the reaction to ${event.type} does not declare ${undeclared.map((one) => one.command.type).join()}`,
    );
  return sent;
};

const outcome = <S, E extends Event>(
  story: string,
  decision: Decision<E>,
  state: S,
  declared: readonly string[] | undefined,
): Outcome<S, E> => {
  const accepted = (events: readonly E[]) => () => {
    expect(decision).toEqual({ outcome: 'accepted', events });
    if (declared) expect({ declaredEvents: declared }).toEqual({ declaredEvents: allOf(declared, events) });
  };
  const judged: Outcome<S, E> = {
    decision,
    state,
    then: (...events) => readably(story, judged.then, accepted(events)),
    thenNothing: () => readably(story, judged.thenNothing, accepted([])),
    thenRejected: (code, more = {}) =>
      readably(story, judged.thenRejected, () =>
        expect(decision).toMatchObject({ outcome: 'rejected', rejection: { code, ...more } }),
      ),
    thenDuplicateOf: (ref) =>
      readably(story, judged.thenDuplicateOf, () =>
        expect(decision).toEqual({ outcome: 'duplicate', of: ref }),
      ),
  };
  return judged;
};

/** The declared types with those that were emitted undeclared, so that a difference names them. */
const allOf = (declared: readonly string[], events: readonly Event[]): readonly string[] => [
  ...declared,
  ...events.map((event) => event.type).filter((type) => !declared.includes(type)),
];
