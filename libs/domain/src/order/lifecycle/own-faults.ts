import { forEachOrderEvent, orderCommands, spokenOf } from '../vocabulary.ts';
import { gatedCommands } from '../gated-commands.ts';
import { compiledLifecycle, statusText, type Lifecycle } from './compiled.ts';
import { OVERRIDES, overrideTo, publishable, type PublishedLifecycle, type Target } from './definition.ts';
import { baseLifecycles, type OwnLifecycle } from './own.ts';
import { oneMayFollow, tableStepper } from './stepper.ts';
import { lifecycleFaults } from './validation.ts';

/** What a lifecycle is made of, as it is published, and what its owner should know. */
export type CheckedLifecycle = {
  readonly published: PublishedLifecycle;
  /** It works, and is probably not what was meant. */
  readonly warnings: readonly string[];
};

const NAME = /^[a-z][a-z0-9-]{0,63}$/;
const MOST_VERSIONS = 1_000_000;
/** Of a definition as text: what a command may carry. */
const LONGEST = 262_144;

/**
 * What others tell of an order whatever it is in: stock answers when it answers, and money that is there is never refused. One
 * of each row may always follow.
 */
const ALWAYS = [
  ['LinesReserved'],
  ['ReservationRefused'],
  ['ReservationReturned'],
  ['PaymentConfirmed', 'SurplusReceived'],
];

/** Events of an order by themselves, and those that complete their kind somewhere. */
const eventTypes = Object.keys(forEachOrderEvent((type) => type));
const symbols: readonly string[] = [
  ...new Set([
    ...spokenOf,
    ...Object.values(orderCommands).flatMap(({ gate }) => gate),
    ...[...baseLifecycles.values()].flatMap(({ regions }) =>
      Object.values(regions).flatMap(({ statuses }) => Object.values(statuses).flatMap(Object.keys)),
    ),
  ]),
].sort();

const overrides: readonly string[] = OVERRIDES.map(overrideTo);

const faultsOfName = ({ definition: { name, version } }: OwnLifecycle): readonly string[] => [
  ...(NAME.test(name) ? [] : [`${name} is no name: lower case letters, digits and hyphens, 64 at most`]),
  ...(baseLifecycles.has(name) ? [`${name} is a lifecycle of this build; give yours another name`] : []),
  ...(Number.isSafeInteger(version) && version >= 1 && version <= MOST_VERSIONS
    ? []
    : [`${name} has version ${version}; it must be a whole number from 1 to ${MOST_VERSIONS}`]),
];

const whenOf = (way: Target): readonly (readonly string[])[] =>
  typeof way === 'string' ? [] : Object.values(way.when);

const faultsOfSymbols = ({ definition }: OwnLifecycle): readonly string[] =>
  Object.entries(definition.regions).flatMap(([region, { statuses }]) =>
    Object.entries(statuses).flatMap(([status, ways]) =>
      Object.entries(ways).flatMap(([symbol, way]) => [
        ...(symbols.includes(symbol)
          ? []
          : [`${region}.${status} on ${symbol}: no event is called so; there are ${symbols.join(', ')}`]),
        ...(whenOf(way).some((of) => of.length === 0)
          ? [`${region}.${status} on ${symbol} asks for no status at all, so it can never follow`]
          : []),
      ]),
    ),
  );

const isPossible = (lifecycle: Lifecycle, gate: readonly string[], status: number): boolean =>
  oneMayFollow(tableStepper, lifecycle, status, gate);

const somewhere = (lifecycle: Lifecycle, gate: readonly string[]): boolean =>
  lifecycle.statuses.some((_status, index) => isPossible(lifecycle, gate, index));

/** Commands that the lifecycle beneath never allows. */
const neverBeneath = ({ extends: name }: OwnLifecycle): readonly string[] => {
  const beneath = name === null ? undefined : baseLifecycles.get(name);
  if (beneath === undefined) return [];
  const lifecycle = compiledLifecycle(publishable(beneath));
  return gatedCommands.filter(([, { gate }]) => !somewhere(lifecycle, gate)).map(([type]) => type);
};

/** Every command of every status is said: it may follow there, or the lifecycle has no word for it on purpose. */
const faultsOfCommands = (own: OwnLifecycle, lifecycle: Lifecycle): readonly string[] => {
  const left = [...own.never, ...neverBeneath(own)];
  // What waits for nothing but the words of a command that is left out is left out with it.
  const wordsLeft = gatedCommands.flatMap(([type, { gate }]) => (left.includes(type) ? gate : []));
  return gatedCommands.flatMap(([type, { gate }]) => {
    const possible = somewhere(lifecycle, gate);
    if (possible && own.never.includes(type)) return [`${type} is named under never, and is possible`];
    if (possible || left.includes(type) || gate.every((word) => wordsLeft.includes(word))) return [];
    return [
      `${type} is possible in no status: let ${gate.join(' or ')} follow somewhere, or name it under never`,
    ];
  });
};

const faultsOfOthers = (lifecycle: Lifecycle): readonly string[] =>
  ALWAYS.flatMap((told) => {
    const deaf = lifecycle.statuses.findIndex((_status, index) => !isPossible(lifecycle, told, index));
    return deaf < 0
      ? []
      : [
          `${told.join(' or ')} must be able to follow in every status, and cannot in ${statusText(lifecycle.statuses[deaf] ?? {})}`,
        ];
  });

const faultsOfDeadlines = ({ definition }: OwnLifecycle): readonly string[] =>
  definition.deadlines.flatMap(({ name, starts }) =>
    starts
      .filter((type) => !eventTypes.includes(type) && !overrides.includes(type))
      .map(
        (type) =>
          `deadline ${name} starts with ${type}: no event is called so; there are ${eventTypes.join(', ')}`,
      ),
  );

/** Checks a lifecycle of one's own. `faults`: it cannot be used, and every reason why. */
export const checkOwn = (
  own: OwnLifecycle,
): { readonly faults: readonly string[] } | (CheckedLifecycle & { readonly faults: readonly [] }) => {
  const { definition } = own;
  const faults = [
    ...faultsOfName(own),
    ...lifecycleFaults(definition),
    ...faultsOfSymbols(own),
    ...faultsOfDeadlines(own),
  ];
  if (faults.length > 0) return { faults };
  const published = publishable(definition);
  if (published.definition.length > LONGEST)
    return { faults: [`it is longer than ${LONGEST} characters of JSON`] };
  const lifecycle = compiledLifecycle(published);
  const found = [...faultsOfCommands(own, lifecycle), ...faultsOfOthers(lifecycle)];
  if (found.length > 0) return { faults: found };
  const warnings = lifecycle.unreachable.map((status) => `nothing leads to ${status}`);
  return { faults: [], published, warnings };
};
