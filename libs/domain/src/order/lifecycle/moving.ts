import { gatedCommands } from '../gated-commands.ts';
import { indexOfStatus, keepsDeadline, statusText, type Lifecycle, type Status } from './compiled.ts';
import { wrongValue, type Fields } from './fields.ts';
import { movedStatus, type Move } from './moved-status.ts';
import { oneMayFollow, tableStepper } from './stepper.ts';

/** Where orders are that a change of their lifecycle may be wrong for. */
export type Standing = {
  readonly status: Status;
  /** Names of the deadlines that are pending. */
  readonly deadlines: readonly string[];
  readonly fields: Fields;
};

/** What a change takes away from an order that is there. */
export type FindingKind =
  | 'vanished-region'
  | 'vanished-status'
  | 'unreachable-mixture'
  | 'orphaned-deadline'
  | 'refused-command'
  | 'refused-field';

export type Finding = { readonly kind: FindingKind; readonly what: string };

const possibleIn = (lifecycle: Lifecycle, status: number): readonly string[] =>
  gatedCommands
    .filter(([, { gate }]) => oneMayFollow(tableStepper, lifecycle, status, gate))
    .map(([type]) => type);

const faultsOfFields = (after: Lifecycle, fields: Fields): readonly Finding[] => {
  const rules = after.definition.fields ?? {};
  const missing = Object.keys(rules).filter((name) => rules[name]?.required && !Object.hasOwn(fields, name));
  return [
    ...missing.map((name): Finding => ({ kind: 'refused-field', what: `${name} is missing` })),
    ...Object.entries(fields).flatMap(([name, text]): Finding[] => {
      const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
      const wrong = rule === undefined ? 'is declared no more' : wrongValue(text, rule);
      return wrong === undefined ? [] : [{ kind: 'refused-field', what: `${name} ${wrong}` }];
    }),
  ];
};

/** Whether a deadline goes on in a status of the lifecycle, and does what it did. */
const keeps = (before: Lifecycle, after: Lifecycle, status: number, name: string): boolean => {
  const rule = before.deadlines.find((one) => one.name === name);
  return rule !== undefined && keepsDeadline(after, status, rule);
};

/** What orders that stand somewhere would lose, were they to follow `after`; empty: nothing. */
export const findingsOf = (
  before: Lifecycle,
  after: Lifecycle,
  { status, deadlines, fields }: Standing,
  moves: readonly Move[] = [],
): readonly Finding[] => {
  const moved = movedStatus(before, after, status, moves);
  if ('faults' in moved) return [...moved.faults, ...faultsOfFields(after, fields)];
  const from = indexOfStatus(before, status);
  const possible = possibleIn(after, moved.index);
  return [
    ...deadlines
      .filter((name) => !keeps(before, after, moved.index, name))
      .map((name): Finding => ({ kind: 'orphaned-deadline', what: name })),
    ...possibleIn(before, from)
      .filter((type) => !possible.includes(type))
      .map((type): Finding => ({ kind: 'refused-command', what: `${type} in ${statusText(status)}` })),
    ...faultsOfFields(after, fields),
  ];
};
