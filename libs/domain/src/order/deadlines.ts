import type { Deadline } from '@orderloom/decider';
import type { OrderEvent } from '../messages/generated/order.ts';
import { openBill } from './bills.ts';
import { isDisputed } from './disputes.ts';
import type { Lifecycle } from './lifecycle/compiled.ts';
import type { OrderDeadline, OrderState } from './state.ts';

// What will be done with an order at an instant, where nothing makes it wait. The event that starts a deadline says when it
// is due, by the policy of its moment; the lifecycle says in which statuses it runs, in which it waits, and where it ends.

const NONE: readonly OrderDeadline[] = [];

type Held = Pick<OrderState, 'deadline' | 'otherDeadlines' | 'bills' | 'disputes'>;

/** Every deadline that an order holds, those that wait included. */
export const deadlinesOf = ({ deadline, otherDeadlines }: Held): readonly OrderDeadline[] => {
  if (deadline === null) return NONE;
  return otherDeadlines === undefined ? [deadline] : [deadline, ...otherDeadlines];
};

/** Almost every order holds one or none: that costs no list. */
const heldAs = ([first, ...others]: readonly OrderDeadline[]): Held => {
  const deadline = first ?? null;
  return others.length === 0 ? { deadline } : { deadline, otherDeadlines: others };
};

/** A bill lasts as long as it is open and has not expired: that is no matter of the lifecycle. */
const endOfBill = (held: Held): Deadline | undefined => {
  const bill = openBill(held);
  if (!bill) return undefined;
  const { billId, expires } = bill;
  return { name: 'bill', due: expires, command: { type: 'TimeOutBill', data: { billId } } };
};

/** Whether a deadline is watched: the status does not let it wait, and no dispute keeps the order open. */
export const isRunning = (state: Held, { asleep, command }: OrderDeadline): boolean =>
  !asleep && !(command.type === 'CompleteByDeadline' && isDisputed(state));

/** The earliest of those that the order does not wait with, and the end of an open bill. */
export const pendingDeadline = (state: Held): Deadline | undefined => {
  const { deadline, otherDeadlines } = state;
  let first: Deadline | undefined = deadline === null || !isRunning(state, deadline) ? undefined : deadline;
  for (const other of otherDeadlines ?? NONE)
    if (isRunning(state, other) && (first === undefined || other.due < first.due)) first = other;
  const bill = endOfBill(state);
  return bill && (first === undefined || bill.due < first.due) ? bill : first;
};

/** Deadlines that end what everybody has left alone: nothing goes wrong when they pass. */
const QUIET: readonly string[] = ['receive', 'complete', 'review'];

/** The earliest deadline that somebody should know of before it passes. */
export const threateningDeadline = (state: Held): Deadline | undefined => {
  const loud = deadlinesOf(state).filter(({ name }) => !QUIET.includes(name));
  const { bills, disputes } = state;
  return pendingDeadline({ ...heldAs(loud), ...(bills && { bills }), ...(disputes && { disputes }) });
};

/** What is to be known of an event, beside its data. */
type Behind = {
  readonly event: OrderEvent;
  readonly symbol: string;
  readonly lifecycle: Lifecycle;
  /** Index of the status behind it. */
  readonly status: number;
  readonly recordedAt: number;
};

/** The deadline as the status lets it run, or wait; `null`: the status is its end. */
const inStatus = (held: OrderDeadline, lifecycle: Lifecycle, status: number): OrderDeadline | null => {
  const rule = lifecycle.deadlines.find(({ name }) => name === held.name);
  if (rule?.lastsIn[status]) {
    if (!held.asleep) return held;
    const { asleep: _awake, ...awake } = held;
    return awake;
  }
  if (!rule?.sleepsIn[status]) return null;
  return held.asleep ? held : { ...held, asleep: true };
};

/** A rule may name the event whether it completes its kind or not, or one symbol of it. */
const ruleStartedBy = ({ type }: OrderEvent, symbol: string, { startedBy }: Lifecycle) =>
  startedBy.get(symbol) ?? startedBy.get(type);

/** When it began is told by the order's id where it began with the order. */
const started = (
  { event, symbol, lifecycle, recordedAt }: Behind,
  due: number,
): OrderDeadline | undefined => {
  const rule = ruleStartedBy(event, symbol, lifecycle);
  if (!rule) return undefined;
  const deadline = { name: rule.name, due, command: { type: rule.command, data: {} } };
  if (event.type !== 'OrderPlaced') return { ...deadline, since: recordedAt };
  const { paymentTimeout } = event.data;
  return paymentTimeout ? { ...deadline, by: paymentTimeout } : deadline;
};

/** The deadlines behind an event that starts or moves one; one of each name. */
const changed = (state: OrderState, behind: Behind): readonly OrderDeadline[] => {
  const held = deadlinesOf(state);
  const { event, symbol, lifecycle } = behind;
  if (event.type === 'DeadlineRescheduled') {
    const { deadline, until } = event.data;
    return held.map((one) => (one.name === deadline ? { ...one, due: until } : one));
  }
  if (!('due' in event.data)) return held;
  const { due } = event.data;
  const rule = ruleStartedBy(event, symbol, lifecycle);
  const others = rule === undefined ? held : held.filter(({ name }) => name !== rule.name);
  const fresh = due === null ? undefined : started(behind, due);
  return fresh === undefined ? others : [...others, fresh];
};

/** What an order holds behind an event: what it starts, and what lasts of the rest. */
export const deadlinesAfter = (state: OrderState, behind: Behind): Held => {
  const { event, lifecycle, status } = behind;
  const asBefore = event.type !== 'DeadlineRescheduled' && !('due' in event.data && event.data.due !== null);
  // Most orders wait for nothing, and most events start nothing.
  if (asBefore && state.deadline === null) return state;
  // The rest mostly hold one, which goes on or ends: that makes no lists.
  if (asBefore && !('due' in event.data) && state.deadline && state.otherDeadlines === undefined)
    return { deadline: inStatus(state.deadline, lifecycle, status) };
  return heldAs(changed(state, behind).flatMap((held) => inStatus(held, lifecycle, status) ?? NONE));
};
