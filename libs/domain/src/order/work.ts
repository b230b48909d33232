import { threateningDeadline } from './deadlines.ts';
import { isDisputed } from './disputes.ts';
import { everyLine, toShip } from './lines.ts';
import { isUnclear } from './payments.ts';
import type { OrderState, Return } from './state.ts';

// What there is to do with an order, as far as its state says so. When it is to be done is said by the lists of the views.

/** Whether a symbol (an event type, or `Type:last`) is legal in the order's status. */
type May = (symbol: string) => boolean;

/** Whether units are left that were neither sent nor cancelled, missing ones included. */
export const isUnsent = (state: OrderState): boolean => everyLine(state, toShip).length > 0;

/** Whether somebody holds the order. */
export const isHeld = ({ handling }: OrderState): boolean => (handling?.holds.length ?? 0) > 0;

/** A warehouse was asked as often as it should be, and does not answer. */
export const isUnanswered = ({ parts }: OrderState): boolean =>
  parts.some(({ unanswered, shipped, lines }) => unanswered && !shipped && lines.length > 0);

/** The lifecycle lets goods leave, and there are some that nobody misses. */
const isToShip = (state: OrderState, may: May): boolean =>
  state.itinerary === undefined &&
  (may('LinesShipped') || may('LinesShipped:last')) &&
  everyLine(state, (line, counts) => toShip(line, counts) - counts.short).length > 0;

/** Money is owed back to the buyer. */
const isToRefund = ({ money }: OrderState): boolean => money.refunds.some((refund) => !refund.confirmed);

/** Nobody but a person can find out what became of a payment. */
const isToClarify = ({ money }: OrderState): boolean => money.payments.some(isUnclear);

/** Where a return waits for the seller; elsewhere it waits for its buyer, or is on its way. */
const WITH_US: readonly Return['stage'][] = [undefined, 'received', 'inspected'];

/** A return is to be decided upon, looked at or resolved. */
const isToResolve = ({ returns }: OrderState): boolean =>
  returns.some(({ status, stage }) => status === 'open' && WITH_US.includes(stage));

/** Something will happen, or will not, if nobody does anything: a deadline passes, a hold stays, goods leave late. */
const isAtRisk = (state: OrderState): boolean =>
  threateningDeadline(state) !== undefined || isHeld(state) || isUnsent(state);

export type WorkList = 'to-ship' | 'to-refund' | 'to-clarify' | 'to-resolve' | 'disputed' | 'at-risk';

/** Lists of orders that somebody has to work on: name -> whether an order belongs there. A new list joins here. */
export const workLists: Readonly<Record<WorkList, (state: OrderState, may: May) => boolean>> = {
  'to-ship': isToShip,
  'to-refund': isToRefund,
  'to-clarify': isToClarify,
  'to-resolve': isToResolve,
  disputed: isDisputed,
  'at-risk': isAtRisk,
};

export const isWorkList = (name: string): name is WorkList => Object.hasOwn(workLists, name);
