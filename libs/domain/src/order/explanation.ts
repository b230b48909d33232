import type { Explanation } from '@orderloom/decider';
import type { TenantState } from '../tenant/state.ts';
import type { Lifecycle } from './lifecycle/compiled.ts';
import { oneMayFollow, type Stepper } from './lifecycle/stepper.ts';
import { orderCommands } from './vocabulary.ts';
import { lifecycleOf } from './published.ts';
import { isPlaced, type OrderState } from './state.ts';

const notPlaced: Explanation = { status: {}, allowedCommands: ['PlaceOrder'], mayRefuse: ['PlaceOrder'] };

/** Commands from outside to an order that exists. */
const outside = Object.entries(orderCommands).filter(
  ([type, rule]) => type !== 'PlaceOrder' && !rule.internal,
);

type Applies = NonNullable<(typeof outside)[number][1]['applies']>;

/** What there may be, or not, in an order beside its status. */
const conditions: readonly Applies[] = [...new Set(outside.flatMap(([, { applies }]) => applies ?? []))];

/** Which of the conditions hold, as bits. */
const heldIn = (state: OrderState): number =>
  conditions.reduce((bits, applies, place) => (applies(state) ? bits + 2 ** place : bits), 0);

const explained = (stepper: Stepper, lifecycle: Lifecycle, state: OrderState): Explanation => {
  const { status } = state;
  const open = outside.filter(
    ([, { gate, applies }]) => oneMayFollow(stepper, lifecycle, status, gate) && (applies?.(state) ?? true),
  );
  return {
    status: lifecycle.statuses[status] ?? {},
    allowedCommands: open.map(([type]) => type),
    mayRefuse: open.filter(([, { mayRefuse }]) => mayRefuse).map(([type]) => type),
  };
};

/**
 * Where an order is and which commands' gates are open there. One explanation for each status of a lifecycle and what else
 * commands depend on, made when it is first asked for.
 */
export const explainOrder = (stepper: Stepper): ((state: OrderState, global: TenantState) => Explanation) => {
  const made = new Map<string, Explanation[]>();
  return (state, global) => {
    const lifecycle = isPlaced(state) ? lifecycleOf(global, state.lifecycle) : undefined;
    if (!lifecycle) return notPlaced;
    let ofLifecycle = made.get(lifecycle.hash);
    if (!ofLifecycle) made.set(lifecycle.hash, (ofLifecycle = []));
    const place = state.status * 2 ** conditions.length + heldIn(state);
    return (ofLifecycle[place] ??= explained(stepper, lifecycle, state));
  };
};
