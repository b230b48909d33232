import { outstanding } from './giving-back.ts';
import { areBillsOver } from './bills.ts';
import { isDisputed } from './disputes.ts';
import { isOpen } from './payments.ts';
import { isPlaced, type OrderState } from './state.ts';

/** Nobody owes anybody money, none is under way, and none is disputed. */
const isSettled = (state: OrderState): boolean =>
  state.money.refunds.every((refund) => refund.confirmed) &&
  !state.money.payments.some(isOpen) &&
  !isDisputed(state) &&
  areBillsOver(state);

/**
 * A cancelled order whose money is back and of which stock holds nothing: nothing but a note can come any more, or money
 * that nobody expects.
 */
export const isOver = (state: OrderState): boolean =>
  isPlaced(state) &&
  state.lines.every((counts, index) => {
    const line = state.placed.lines[index];
    return counts.asked === 0 && counts.cancelled === line?.quantity;
  }) &&
  isSettled(state);

/** Everything that was ordered has arrived or was cancelled, nothing is on its way back, and nobody owes anybody money. */
export const isAtRest = (state: OrderState): boolean =>
  isPlaced(state) &&
  state.lines.every(
    ({ asked, reserved, delivered, cancelled, returning }, index) =>
      asked + reserved + returning === 0 && delivered + cancelled === state.placed.lines[index]?.quantity,
  ) &&
  outstanding(state) === 0 &&
  isSettled(state);
