import type { Explanation } from '@orderloom/decider';
import type { TenantState } from '../tenant/state.ts';
import type { Lifecycle } from './lifecycle/compiled.ts';
import type { Stepper } from './lifecycle/stepper.ts';
import { orderCommands } from './order.ts';
import { lifecycleOf } from './published.ts';
import { isPlaced, type OrderState } from './state.ts';

const notPlaced: Explanation = { status: {}, allowedCommands: ['PlaceOrder'], mayRefuse: ['PlaceOrder'] };

/** Commands from outside to an order that exists. */
const outside = Object.entries(orderCommands).filter(
  ([type, rule]) => type !== 'PlaceOrder' && !rule.internal,
);

const explained = (stepper: Stepper, lifecycle: Lifecycle, status: number): Explanation => {
  const open = outside.filter(([, { gate }]) =>
    gate.some((symbol) => stepper.next(lifecycle, status, symbol) >= 0),
  );
  return {
    status: lifecycle.statuses[status] ?? {},
    allowedCommands: open.map(([type]) => type),
    mayRefuse: open.filter(([, { mayRefuse }]) => mayRefuse).map(([type]) => type),
  };
};

/**
 * Where an order is and which commands' gates are open there. One explanation for each status of a lifecycle, made
 * when it is first asked for.
 */
export const explainOrder = (stepper: Stepper): ((state: OrderState, global: TenantState) => Explanation) => {
  const made = new Map<string, Explanation[]>();
  return (state, global) => {
    const lifecycle = isPlaced(state) ? lifecycleOf(global, state.lifecycle) : undefined;
    if (!lifecycle) return notPlaced;
    let ofLifecycle = made.get(lifecycle.hash);
    if (!ofLifecycle) made.set(lifecycle.hash, (ofLifecycle = []));
    return (ofLifecycle[state.status] ??= explained(stepper, lifecycle, state.status));
  };
};
