import type { CommandRule, Reaction, Registry } from '@orderloom/decider';
import { EngineError } from '../errors.ts';
import { Packing } from '../packing/packing.ts';
import type { AnyStreamType } from './any-stream-type.ts';
import { PackedStates } from './packed-states.ts';

// The registry erases the types of each stream's state and messages: here they are all `any`, checked at definition.
/* eslint-disable @typescript-eslint/no-explicit-any */

/** A follower: a stream type that folds events of another type of the same slot. */
type Follower = {
  readonly type: IndexedType;
  readonly keyOf: NonNullable<AnyStreamType['follows']>[string];
};

/** A stream type with its tables turned for look-up by message type. */
export type IndexedType = {
  readonly definition: AnyStreamType;
  readonly commands: ReadonlyMap<string, CommandRule<any>>;
  readonly reactions: ReadonlyMap<string, Reaction<any, any>>;
  /** Event types that an operator hears of. */
  readonly alarms: ReadonlySet<string>;
  readonly packed: PackedStates;
};

export type RegistryIndex = {
  readonly types: ReadonlyMap<string, IndexedType>;
  /** Types that fold events of other types too, by event type. */
  readonly followers: ReadonlyMap<string, readonly Follower[]>;
  readonly global: Registry['global'];
  /** How the states of all types are packed. */
  readonly packing: Packing;
  /** Names of all folds: a stored state of another value is folded again. */
  readonly foldId: string;
};

/** Where each command type and event type is at home, for the graph of reactions. */
type MessageGraph = Map<string, Set<string>>;

const graphOf = (registry: Registry): MessageGraph => {
  const emits = new Map<string, readonly string[]>();
  for (const type of registry.types)
    for (const [name, rule] of Object.entries(type.commands as Record<string, CommandRule>))
      emits.set(name, rule.emits);
  const graph: MessageGraph = new Map();
  for (const type of registry.types)
    for (const [event, reaction] of Object.entries((type.reactions ?? {}) as Record<string, Reaction>)) {
      const next = new Set<string>();
      for (const command of reaction.sends) for (const emitted of emits.get(command) ?? []) next.add(emitted);
      graph.set(event, next);
    }
  return graph;
};

const cycleThrough = (graph: MessageGraph, start: string): readonly string[] | undefined => {
  const path: string[] = [];
  const seen = new Set<string>();
  const visit = (event: string): boolean => {
    for (const next of graph.get(event) ?? []) {
      if (next === start) return true;
      if (seen.has(next)) continue;
      seen.add(next);
      path.push(next);
      if (visit(next)) return true;
      path.pop();
    }
    return false;
  };
  return visit(start) ? [start, ...path] : undefined;
};

/**
 * Refuses a registry in which an event can cause itself through process managers, unless that cycle is declared.
 * O(events x edges), once at start.
 */
const refuseUndeclaredCycles = (registry: Registry): void => {
  const graph = graphOf(registry);
  const declared = registry.declaredCycles.map((cycle) => new Set(cycle));
  for (const event of graph.keys()) {
    const cycle = cycleThrough(graph, event);
    if (cycle === undefined || declared.some((known) => cycle.every((step) => known.has(step)))) continue;
    throw new EngineError(
      'undeclared-cycle',
      `process managers form an undeclared cycle: ${[...cycle, event].join(' -> ')}; declare it or break it`,
      { retryable: false },
    );
  }
};

/** Checks a registry and turns it for look-up. Throws `undeclared-cycle` and `duplicate-type`. */
export const indexRegistry = (registry: Registry): RegistryIndex => {
  refuseUndeclaredCycles(registry);
  const types = new Map<string, IndexedType>();
  const followers = new Map<string, Follower[]>();
  const packing = new Packing();
  for (const definition of registry.types) {
    if (types.has(definition.name))
      throw new EngineError('duplicate-type', `stream type ${definition.name} is registered twice`, {
        retryable: false,
      });
    types.set(definition.name, {
      definition,
      commands: new Map(Object.entries(definition.commands as Record<string, CommandRule>)),
      reactions: new Map(Object.entries((definition.reactions ?? {}) as Record<string, Reaction>)),
      alarms: new Set(definition.alarms ?? []),
      packed: new PackedStates(definition, packing),
    });
  }
  for (const type of types.values())
    for (const [event, keyOf] of Object.entries(type.definition.follows ?? {}))
      followers.set(event, [...(followers.get(event) ?? []), { type, keyOf }]);
  const foldId = registry.types.map((type) => `${type.name}=${type.foldId}`).join(';');
  return { types, followers, global: registry.global, packing, foldId };
};
