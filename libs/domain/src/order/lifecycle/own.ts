import type { OrderCommand, OrderEvent } from '../../messages/generated/order.ts';
import type { FieldRules } from './fields.ts';
import { knownLifecycles } from '../lifecycles/known.ts';
import type { DeadlineRule, LifecycleDefinition, Override, Region, Target, When } from './definition.ts';

/** Events that may complete their kind. */
type Completing = Extract<OrderEvent, { readonly data: { readonly last: boolean } }>['type'];

/** What a lifecycle speaks of: events, `Type:last` where one completes its kind, and what an operator may force. */
export type OrderSymbol = OrderEvent['type'] | `${Completing}:last` | `StatusOverridden:${Override}`;

/** Where the symbols lead out of a status; `null` takes away a way that the lifecycle beneath has. */
export type OwnWays = Readonly<Partial<Record<OrderSymbol, Target | null>>>;

export type OwnRegion = {
  /** Left out: that of the lifecycle beneath. */
  readonly initial?: string;
  readonly statuses: Readonly<Record<string, OwnWays>>;
};

/** A lifecycle as its owner writes it. */
export type LifecycleSpec = {
  /** Lower case letters, digits and hyphens; none of this build's. */
  readonly name: string;
  /** Another meaning needs another version. */
  readonly version: number;
  /** A lifecycle of this build that this one differs from; what is not said is as it is there. */
  readonly extends?: string;
  readonly regions?: Readonly<Record<string, OwnRegion>>;
  /** Conditions more for symbols, wherever they stand. */
  readonly requires?: readonly { readonly symbols: readonly OrderSymbol[]; readonly when: When }[];
  /** One of the same name takes the place of the one beneath. */
  readonly deadlines?: readonly DeadlineRule[];
  /** Fields that an order of it may have: shown, exported and found, and never personal. */
  readonly fields?: FieldRules;
  /** Commands that are never possible, and are not beneath either. What is in neither place must be possible somewhere. */
  readonly never?: readonly OrderCommand['type'][];
};

/** A lifecycle of one's own: the grammar, and what is left out of it on purpose. Data only. */
export type OwnLifecycle = {
  readonly definition: LifecycleDefinition;
  readonly never: readonly string[];
  /** Name of the lifecycle beneath; `null`: there is none. */
  readonly extends: string | null;
};

/** Lifecycles of this build, by name. */
export const baseLifecycles: ReadonlyMap<string, LifecycleDefinition> = new Map(
  knownLifecycles.map(({ name, definition }) => [name, JSON.parse(definition) as LifecycleDefinition]),
);

const mergedWays = (beneath: Readonly<Record<string, Target>>, own: OwnWays): Record<string, Target> =>
  Object.fromEntries(
    Object.entries({ ...beneath, ...own }).filter((way): way is [string, Target] => way[1] !== null),
  );

const mergedRegion = (beneath: Region | undefined, own: OwnRegion): Region => ({
  initial: own.initial ?? beneath?.initial ?? '',
  statuses: {
    ...beneath?.statuses,
    ...Object.fromEntries(
      Object.entries(own.statuses).map(([status, ways]) => [
        status,
        mergedWays(beneath?.statuses[status] ?? {}, ways),
      ]),
    ),
  },
});

/** Both hold: what a region must be in by both is what it must be in. */
const both = (one: When, other: When): When => ({
  ...one,
  ...Object.fromEntries(
    Object.entries(other).map(([region, statuses]) => [
      region,
      one[region] === undefined ? statuses : statuses.filter((status) => one[region]?.includes(status)),
    ]),
  ),
});

const requiring = (way: Target, when: When): Target =>
  typeof way === 'string' ? { target: way, when } : { target: way.target, when: both(way.when, when) };

const mapped = <A, B>(record: Readonly<Record<string, A>>, change: (value: A, key: string) => B) =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));

const withConditions = (region: Region, { requires = [] }: LifecycleSpec): Region => ({
  initial: region.initial,
  statuses: mapped(region.statuses, (ways) =>
    mapped(ways, (way, symbol) =>
      requires
        .filter(({ symbols }) => (symbols as readonly string[]).includes(symbol))
        .reduce((so, { when }) => requiring(so, when), way),
    ),
  ),
});

/**
 * A lifecycle of one's own, as data. It is checked where it is loaded: `lifecyclesIn`. Throws `RangeError` where `extends`
 * names no lifecycle of this build.
 */
export const defineLifecycle = (spec: LifecycleSpec): OwnLifecycle => {
  const beneath = spec.extends === undefined ? undefined : baseLifecycles.get(spec.extends);
  if (spec.extends !== undefined && beneath === undefined)
    throw new RangeError(
      `${spec.name} extends ${spec.extends}, which does not exist; there are ${[...baseLifecycles.keys()].join(', ')}`,
    );
  const own = mapped(spec.regions ?? {}, (region, name) => mergedRegion(beneath?.regions[name], region));
  const regions = mapped({ ...beneath?.regions, ...own }, (region) => withConditions(region, spec));
  const said = spec.deadlines ?? [];
  const kept = (beneath?.deadlines ?? []).filter(({ name }) => said.every((rule) => rule.name !== name));
  return {
    definition: {
      ...{ name: spec.name, version: spec.version, regions, deadlines: [...kept, ...said] },
      ...(spec.fields === undefined ? {} : { fields: spec.fields }),
    },
    never: spec.never ?? [],
    extends: spec.extends ?? null,
  };
};
