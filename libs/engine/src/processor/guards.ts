import {
  streamIdOf,
  type CommandRule,
  type DecideContext,
  type Decision,
  type Event,
  type Guard,
  type Rejection,
  type StreamRef,
} from '@orderloom/decider';
import type { CommandRequest } from '../command.ts';
import type { Partition } from './partition.ts';
import type { IndexedType } from './registry-index.ts';
import { engineRejection } from './results.ts';
import type { StreamEntry } from './stream-entry.ts';

/** A guard that accepts, with what it wants recorded (often nothing). */
type Guarded = { readonly ref: StreamRef; readonly type: IndexedType; readonly events: readonly Event[] };

/** Why a command is not accepted, though its own stream would: what a guard has decided, or where its stream is. */
export type GuardsRefusal =
  | Exclude<Decision, { outcome: 'accepted' }>
  /** With the version at which the guard's stream is. */
  | { readonly outcome: 'conflict'; readonly rejection: Rejection; readonly version: number }
  | { readonly outcome: 'quarantined' };

type GuardsAnswer = { readonly refusal: GuardsRefusal | null; readonly accepted: readonly Guarded[] };

/** Nobody else is asked, as of almost every command. */
export const unguarded: GuardsAnswer = { refusal: null, accepted: [] };

/** What is asked: the command that has guards, and where it stands itself. */
type Guarding = {
  readonly request: Pick<CommandRequest, 'data' | 'commandId'>;
  readonly rule: CommandRule;
  readonly stream: StreamRef;
  /** Of that stream, before the command. */
  readonly state: unknown;
  /** What a decision of another stream may know. */
  readonly contextOf: (ref: StreamRef) => DecideContext;
};

/** What the guards before have made of a stream: its state, and events that are not folded into it yet. */
type Made = { readonly state: unknown; readonly version: number; readonly events: readonly Event[] };

export const isQuarantined = (entry: StreamEntry | undefined): boolean =>
  entry !== undefined && entry.quarantine !== null;

/** A guard's refusal points into the command that it was asked with; the caller has said that below `at`. */
const locatedAt = (
  decision: Exclude<Decision, { outcome: 'accepted' }>,
  at: string | undefined,
): Exclude<Decision, { outcome: 'accepted' }> => {
  if (at === undefined || decision.outcome !== 'rejected') return decision;
  const { rejection } = decision;
  return { outcome: 'rejected', rejection: { ...rejection, pointer: `${at}${rejection.pointer ?? ''}` } };
};

/** Whether a guard's stream is where it has to be. */
const misplaced = ({ to, expectedVersion }: Guard, entry: StreamEntry | undefined): GuardsRefusal | null => {
  const version = entry?.version ?? 0;
  if (expectedVersion === undefined || expectedVersion === version) return null;
  if (version === 0) return { outcome: 'rejected', rejection: engineRejection('unknown-stream', 'missing') };
  const reason = `${to.type} ${to.key} is at version ${String(version)}, and not at ${String(expectedVersion)}`;
  return { outcome: 'conflict', version, rejection: engineRejection('version-conflict', 'state', reason) };
};

/** Folds what is left to be folded: almost no stream is asked twice, and those that are not are never folded here. */
const folded = (made: Made, type: IndexedType, { stream, now, global }: DecideContext): Made => {
  const { evolve } = type.definition.decider;
  let { state, version } = made;
  for (const event of made.events) {
    version += 1;
    state = evolve(state, event, { stream, recordedAt: now, version, global });
  }
  return { state, version, events: [] };
};

/** Asks every guard; the first that does not accept decides for the command. Throws what `evolve` throws. */
export const askGuards = (partition: Partition, guarding: Guarding): GuardsAnswer => {
  const { request, rule, stream } = guarding;
  const accepted: Guarded[] = [];
  const guards = rule.guards?.(request.data, stream, request.commandId, guarding.state) ?? [];
  // One guard, as a placement has, needs no memory of others.
  const made = guards.length > 1 ? new Map<string, Made>() : undefined;
  for (const guard of guards) {
    const type = partition.registry.types.get(guard.to.type);
    if (type === undefined) throw new Error(`guard ${guard.to.type} is not registered`);
    const ref = { tenant: stream.tenant, ...guard.to };
    const { decider } = type.definition;
    const entry = partition.streams.find(ref);
    if (isQuarantined(entry)) return { refusal: { outcome: 'quarantined' }, accepted };
    const elsewhere = misplaced(guard, entry);
    if (elsewhere !== null) return { refusal: elsewhere, accepted };
    if (guard.command === undefined) continue;
    const context = guarding.contextOf(ref);
    const state: unknown = entry?.state ?? decider.initialState;
    const found: Made = { state, version: entry?.version ?? 0, events: [] };
    const before = folded(made?.get(streamIdOf(ref)) ?? found, type, context);
    const decision = decider.decide(before.state, guard.command, context) as Decision;
    if (decision.outcome !== 'accepted') return { refusal: locatedAt(decision, guard.at), accepted };
    made?.set(streamIdOf(ref), { ...before, events: decision.events });
    accepted.push({ ref, type, events: decision.events });
  }
  return { refusal: null, accepted };
};
