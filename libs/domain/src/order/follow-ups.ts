import { accept, type Decider } from '@orderloom/decider';
import type { OrderCommand, OrderEvent } from '../messages/generated/order.ts';
import type { TenantState } from '../tenant/state.ts';
import type { Lifecycle } from './lifecycle/compiled.ts';
import type { Stepper } from './lifecycle/stepper.ts';
import { lifecycleOf } from './published.ts';
import { reservationRequested } from './slices/sourcing.ts';
import type { OrderState } from './state.ts';

// What a decision brings with it, whichever command it was, once it has led to a status. Only for tenants that want it: for
// the others a decision is what its slice has made.

type OrderDecider = Decider<OrderState, OrderCommand, OrderEvent, TenantState>;

/** Whether goods may leave the shelf in a status, or may as soon as nobody holds the order. */
const mayLeave = (stepper: Stepper, lifecycle: Lifecycle, status: number): boolean => {
  if (stepper.next(lifecycle, status, 'LinesPicked') >= 0) return true;
  const released = stepper.next(lifecycle, status, 'HoldReleased:last');
  return released >= 0 && stepper.next(lifecycle, released, 'LinesPicked') >= 0;
};

/** `decide`, with what follows from where its events lead; `asks`: the commands after which stock may have to be asked. */
export const withFollowUps =
  (
    stepper: Stepper,
    { decide, evolve }: Pick<OrderDecider, 'decide' | 'evolve'>,
    asks: ReadonlySet<string>,
  ): OrderDecider['decide'] =>
  (state, command, context) => {
    const decision = decide(state, command, context);
    const { global, stream, now } = context;
    if (global.sourcing === undefined || decision.outcome !== 'accepted' || !asks.has(command.type))
      return decision;
    const folding = { stream, recordedAt: now, version: 0, global };
    const behind = decision.events.reduce((before, event) => evolve(before, event, folding), state);
    const lifecycle = lifecycleOf(global, behind.lifecycle);
    if (!lifecycle || !mayLeave(stepper, lifecycle, behind.status)) return decision;
    const more = reservationRequested(behind);
    return more.length === 0 ? decision : accept(...decision.events, ...more);
  };
