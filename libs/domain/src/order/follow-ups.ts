import { accept, type Decider } from '@orderloom/decider';
import type { OrderCommand, OrderEvent } from '../messages/generated/order.ts';
import type { TenantState } from '../tenant/state.ts';
import type { Lifecycle } from './lifecycle/compiled.ts';
import type { Stepper } from './lifecycle/stepper.ts';
import { ledTo } from './led-to.ts';
import { partsRequested } from './parts.ts';
import { lifecycleOf } from './published.ts';
import { reservationRequested } from './slices/sourcing.ts';
import type { OrderState } from './state.ts';

// What a decision brings with it, whichever command it was, once it has led to a status. Only for tenants that want it: for
// the others a decision is what its slice has made.

type OrderDecider = Decider<OrderState, OrderCommand, OrderEvent, TenantState>;

/** Commands after which somebody may have to be asked for goods. */
type Asking = { readonly stock: ReadonlySet<string>; readonly warehouses: ReadonlySet<string> };

/** Whether goods may leave the shelf in a status. */
const mayLeave = (stepper: Stepper, lifecycle: Lifecycle, status: number): boolean =>
  stepper.next(lifecycle, status, 'LinesPicked') >= 0;

/** The same, or as soon as nobody holds the order. */
const mayLeaveUnheld = (stepper: Stepper, lifecycle: Lifecycle, status: number): boolean => {
  if (mayLeave(stepper, lifecycle, status)) return true;
  const released = stepper.next(lifecycle, status, 'HoldReleased:last');
  return released >= 0 && mayLeave(stepper, lifecycle, released);
};

/** `decide`, with what follows from where its events lead. */
export const withFollowUps =
  (
    stepper: Stepper,
    { decide, evolve }: Pick<OrderDecider, 'decide' | 'evolve'>,
    asking: Asking,
  ): OrderDecider['decide'] =>
  (state, command, context) => {
    const decision = decide(state, command, context);
    const { global, stream } = context;
    const asksStock = global.sourcing !== undefined && asking.stock.has(command.type);
    const asksWarehouses = global.policy.fulfilment === 'split' && asking.warehouses.has(command.type);
    if ((!asksStock && !asksWarehouses) || decision.outcome !== 'accepted') return decision;
    const behind = ledTo(evolve, state, decision.events, context);
    const lifecycle = lifecycleOf(global, behind.lifecycle);
    if (!lifecycle) return decision;
    const more: OrderEvent[] = [];
    if (asksStock && mayLeaveUnheld(stepper, lifecycle, behind.status))
      more.push(...reservationRequested(behind));
    if (asksWarehouses && behind.itinerary === undefined && mayLeave(stepper, lifecycle, behind.status))
      more.push(...partsRequested(behind, stream.key, global));
    return more.length === 0 ? decision : accept(...decision.events, ...more);
  };
