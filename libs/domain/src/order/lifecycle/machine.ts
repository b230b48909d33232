import { and, createMachine, or, stateIn } from 'xstate';
import type { LifecycleDefinition, Region, Target, When } from './definition.ts';

const holds = (when: When) =>
  and(
    Object.entries(when).map(([region, statuses]) =>
      or(statuses.map((status) => stateIn({ [region]: status }))),
    ),
  );

/** A status that is kept is named as a target too: without one XState takes the event for forbidden. */
const transitionOf = (target: Target) =>
  typeof target === 'string'
    ? { target, reenter: true }
    : { target: target.target, reenter: true, guard: holds(target.when) };

const mapped = <A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));

const regionOf = (region: Region) => ({
  initial: region.initial,
  states: mapped(region.statuses, (ways) => ({ on: mapped(ways, transitionOf) })),
});

/** The lifecycle as an XState machine: parallel regions, `when` as guards, no actions, no context. */
export const machineOf = (definition: LifecycleDefinition) =>
  createMachine({ id: definition.name, type: 'parallel', states: mapped(definition.regions, regionOf) });
