import {
  OVERRIDES,
  overrideTo,
  type DeadlineRule,
  type LifecycleDefinition,
  type Region,
  type When,
} from './definition.ts';
import { faultsOfFields } from './fields.ts';

const SYMBOL = /^[A-Z][A-Za-z]*(:last)?$/;

/** Fields of the tenant's policy that a deadline may name. */
const DELAYS: readonly string[] = [
  'receiveAfterMs',
  'completeAfterMs',
  'reviewAfterMs',
  'paymentTimeoutMs',
  'reminderAfterMs',
  'approvalTimeoutMs',
];
const COUNTS: readonly string[] = ['maxReminders'];

/** Commands that a deadline may send: they are the order's internal ones. */
const DEADLINE_COMMANDS: readonly string[] = [
  'ReceiveByDeadline',
  'CompleteByDeadline',
  'ReviewByDeadline',
  'TimeOutPayment',
  'RemindPayment',
  'ExpireApproval',
];

const listed = (named: object): string => Object.keys(named).join(', ');

const faultsOfWhen = (definition: LifecycleDefinition, when: When, at: string): string[] =>
  Object.entries(when).flatMap(([name, statuses]) => {
    const region = definition.regions[name];
    if (!region)
      return [`${at} asks for region ${name}, which does not exist; there are ${listed(definition.regions)}`];
    return statuses
      .filter((status) => !Object.hasOwn(region.statuses, status))
      .map(
        (status) =>
          `${at} asks for ${name}.${status}, which does not exist; ${name} has ${listed(region.statuses)}`,
      );
  });

const overrides: readonly string[] = OVERRIDES.map(overrideTo);
const isOverride = (symbol: string): boolean => symbol.startsWith(overrideTo(''));

/** `undefined`: the symbol is an event's, or an override that leads where it says. */
const faultOfSymbol = (symbol: string, name: string, target: string): string | undefined => {
  if (!isOverride(symbol)) return SYMBOL.test(symbol) ? undefined : 'is not an event type';
  if (!overrides.includes(symbol)) return 'is an override that keeps no unit and no money right';
  const [region, status] = symbol.slice(overrideTo('').length).split('.');
  return region === name && status !== target ? `leads to ${target}, and not where it says` : undefined;
};

/** What lists and searches call them by. */
const REGION = /^[A-Za-z]{1,40}$/;
const STATUS = /^[A-Za-z][A-Za-z-]{0,39}$/;

const faultsOfNames = (name: string, { statuses }: Region): string[] => [
  ...(REGION.test(name) ? [] : [`region ${name} is no name: letters only, 40 at most`]),
  ...Object.keys(statuses)
    .filter((status) => !STATUS.test(status))
    .map((status) => `${name}.${status} is no name: letters and hyphens only, 40 at most`),
];

const faultsOfRegion = (definition: LifecycleDefinition, name: string, region: Region): string[] => {
  const missing = (status: string): string =>
    Object.hasOwn(region.statuses, status)
      ? ''
      : `${status}, which does not exist; ${name} has ${listed(region.statuses)}`;
  const faults = faultsOfNames(name, region);
  if (missing(region.initial)) faults.push(`${name} starts in ${missing(region.initial)}`);
  for (const [status, ways] of Object.entries(region.statuses))
    for (const [symbol, way] of Object.entries(ways)) {
      const at = `${name}.${status} on ${symbol}`;
      const target = typeof way === 'string' ? way : way.target;
      const fault = faultOfSymbol(symbol, name, target);
      if (fault !== undefined) faults.push(`${at} ${fault}`);
      if (missing(target)) faults.push(`${at} leads to ${missing(target)}`);
      if (typeof way !== 'string') faults.push(...faultsOfWhen(definition, way.when, at));
    }
  return faults;
};

const faultsOfDeadline = (definition: LifecycleDefinition, rule: DeadlineRule): string[] => {
  const at = `deadline ${rule.name}`;
  const faults = [rule.while, rule.sleeps ?? {}].flatMap((when) => faultsOfWhen(definition, when, at));
  if (!DELAYS.includes(rule.after))
    faults.push(`${at} waits for ${rule.after}, which no policy has; there are ${DELAYS.join(', ')}`);
  if (rule.atMost !== undefined && !COUNTS.includes(rule.atMost))
    faults.push(`${at} is limited by ${rule.atMost}, which no policy has; there are ${COUNTS.join(', ')}`);
  if (!DEADLINE_COMMANDS.includes(rule.command))
    faults.push(
      `${at} sends ${rule.command}, which no deadline may send; there are ${DEADLINE_COMMANDS.join(', ')}`,
    );
  return faults;
};

/** What makes a definition useless: targets, conditions, deadlines that name what does not exist. Empty: nothing. */
export const lifecycleFaults = (definition: LifecycleDefinition): readonly string[] => [
  ...Object.entries(definition.regions).flatMap(([name, region]) => faultsOfRegion(definition, name, region)),
  ...definition.deadlines.flatMap((rule) => faultsOfDeadline(definition, rule)),
  ...faultsOfFields(definition.fields ?? {}),
];
