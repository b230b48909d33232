import { initialTransition, transition } from 'xstate';
import {
  type DeadlineRule,
  type LifecycleDefinition,
  lifecycleRef,
  type PublishedLifecycle,
  type When,
} from './definition.ts';
import { machineOf } from './machine.ts';
import { lifecycleFaults } from './validation.ts';

/** Where an order is: region -> status. */
export type Status = Readonly<Record<string, string>>;

/** More than this many combinations of statuses are a mistake in the definition, not a lifecycle. */
const MOST_STATUSES = 4096;

/** A deadline with the statuses that it lasts in, and those in which it waits. */
type CompiledDeadline = DeadlineRule & {
  readonly lastsIn: readonly boolean[];
  readonly sleepsIn: readonly boolean[];
};

/** A lifecycle as a table: one row for each combination of statuses that can be reached, one column a symbol. */
export type Lifecycle = {
  /** `name@version#hash`. */
  readonly ref: string;
  readonly hash: string;
  readonly definition: LifecycleDefinition;
  /** Symbol -> column. */
  readonly symbols: ReadonlyMap<string, number>;
  /** The combinations, the first one is where every order begins; an order's status is an index into them. */
  readonly statuses: readonly Status[];
  /** Index of the next combination, or -1: the symbol is not legal there. */
  readonly table: Int16Array;
  readonly deadlines: readonly CompiledDeadline[];
  /** Event type, or override -> the deadline that it starts. */
  readonly startedBy: ReadonlyMap<string, CompiledDeadline>;
  /** `region.status` of all that can never be reached. */
  readonly unreachable: readonly string[];
};

/** The text that tells two combinations apart. */
export const statusKey = (status: Status): string =>
  Object.keys(status)
    .sort()
    .map((region) => `${region}.${status[region] ?? ''}`)
    .join(' ');

/** The same for people. */
export const statusText = (status: Status): string =>
  Object.entries(status)
    .map(([region, value]) => `${region}.${value}`)
    .join(', ');

const indices = new WeakMap<Lifecycle, ReadonlyMap<string, number>>();

/** The index of a mixture of statuses; -1: no order of the lifecycle gets there. */
export const indexOfStatus = (lifecycle: Lifecycle, status: Status): number => {
  let known = indices.get(lifecycle);
  if (!known) {
    known = new Map(lifecycle.statuses.map((one, index) => [statusKey(one), index]));
    indices.set(lifecycle, known);
  }
  return known.get(statusKey(status)) ?? -1;
};

/** Whether a deadline of that name lasts, or waits, in a status, and sends that command. */
export const keepsDeadline = (
  { deadlines }: Lifecycle,
  status: number,
  { name, command }: Pick<DeadlineRule, 'name' | 'command'>,
): boolean => {
  const rule = deadlines.find((one) => one.name === name);
  return rule?.command === command && (rule.lastsIn[status] === true || rule.sleepsIn[status] === true);
};

const symbolsOf = (definition: LifecycleDefinition): readonly string[] => {
  const symbols = new Set<string>();
  for (const region of Object.values(definition.regions))
    for (const ways of Object.values(region.statuses))
      for (const symbol of Object.keys(ways)) symbols.add(symbol);
  return [...symbols].sort();
};

/** Asks XState's own functions for every step from every combination that can be reached. */
const explore = (definition: LifecycleDefinition, symbols: readonly string[]) => {
  const machine = machineOf(definition);
  const [first] = initialTransition(machine);
  const found = [first];
  const indexOf = new Map([[statusKey(first.value as Status), 0]]);
  const steps: number[] = [];
  for (const at of found) {
    for (const type of symbols) {
      if (!at.can({ type })) {
        steps.push(-1);
        continue;
      }
      const [next] = transition(machine, at, { type });
      const key = statusKey(next.value as Status);
      const known = indexOf.get(key);
      steps.push(known ?? found.length);
      if (known === undefined) {
        indexOf.set(key, found.length);
        found.push(next);
      }
    }
    if (found.length > MOST_STATUSES)
      throw new Error(`${definition.name} has more than ${MOST_STATUSES} statuses`);
  }
  return { statuses: found.map(({ value }) => value as Status), table: Int16Array.from(steps) };
};

const matches = (status: Status, when: When): boolean =>
  Object.entries(when).every(([region, statuses]) => statuses.includes(status[region] ?? ''));

const neverReached = (definition: LifecycleDefinition, statuses: readonly Status[]): readonly string[] => {
  const reached = new Set(statuses.flatMap((status) => Object.entries(status).map(([r, s]) => `${r}.${s}`)));
  return Object.entries(definition.regions)
    .flatMap(([name, region]) => Object.keys(region.statuses).map((status) => `${name}.${status}`))
    .filter((name) => !reached.has(name));
};

const compile = (published: PublishedLifecycle): Lifecycle => {
  const definition = JSON.parse(published.definition) as LifecycleDefinition;
  const [fault] = lifecycleFaults(definition);
  if (fault !== undefined) throw new Error(`lifecycle ${lifecycleRef(published)}: ${fault}`);
  const symbols = symbolsOf(definition);
  const { statuses, table } = explore(definition, symbols);
  const deadlines = definition.deadlines.map((rule) => ({
    ...rule,
    lastsIn: statuses.map((status) => matches(status, rule.while)),
    sleepsIn: statuses.map((status) => rule.sleeps !== undefined && matches(status, rule.sleeps)),
  }));
  return {
    ref: lifecycleRef(published),
    hash: published.hash,
    definition,
    symbols: new Map(symbols.map((symbol, column) => [symbol, column])),
    statuses,
    table,
    deadlines,
    startedBy: new Map(deadlines.flatMap((rule) => rule.starts.map((symbol) => [symbol, rule]))),
    unreachable: neverReached(definition, statuses),
  };
};

const compiled = new Map<string, Lifecycle>();

/** Compiles a published lifecycle, once per content. Throws where its definition has faults. */
export const compiledLifecycle = (published: PublishedLifecycle): Lifecycle => {
  const known = compiled.get(published.hash);
  if (known) return known;
  const lifecycle = compile(published);
  compiled.set(published.hash, lifecycle);
  return lifecycle;
};
