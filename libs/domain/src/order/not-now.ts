import { refuseState, type Decision } from '@orderloom/decider';
import type { OrderCommand } from '../messages/generated/order.ts';
import { statusText, type Lifecycle } from './lifecycle/compiled.ts';
import { oneMayFollow, type Stepper } from './lifecycle/stepper.ts';
import type { OrderState } from './state.ts';

type May = (symbol: string) => boolean;

/** What a rule says of its gate. */
type Shut = {
  readonly gate: readonly string[];
  readonly shutBy?: ((state: OrderState, may: May) => Decision<never> | undefined) | undefined;
};

type Where = { readonly stepper: Stepper; readonly lifecycle: Lifecycle; readonly state: OrderState };

/** Behind the release of the last hold the command would be possible: nothing but the holds is in its way. */
const isHeldBack = ({ stepper, lifecycle, state }: Where, gate: readonly string[]): boolean => {
  const released = stepper.next(lifecycle, state.status, 'HoldReleased:last');
  return released >= 0 && oneMayFollow(stepper, lifecycle, released, gate);
};

/**
 * Why a command's gate is shut: what the order itself knows, the holds that shut it, a lifecycle without a word for it, or
 * where the order is.
 */
export const notNow = (where: Where, type: OrderCommand['type'], { gate, shutBy }: Shut): Decision<never> => {
  const { stepper, lifecycle, state } = where;
  const known = shutBy?.(state, (symbol) => stepper.next(lifecycle, state.status, symbol) >= 0);
  if (known) return known;
  if (isHeldBack(where, gate)) {
    const holds = (state.handling?.holds ?? []).map(({ holdId }) => holdId).join(', ');
    return refuseState('order-held', `${type} is not possible while the order is held by ${holds}`);
  }
  const { name, version } = lifecycle.definition;
  if (gate.length > 0 && !gate.some((symbol) => lifecycle.symbols.has(symbol)))
    return refuseState(
      'not-allowed-now',
      `${name}@${version}, which the order follows to its end, has no word for ${type}`,
    );
  const status = statusText(lifecycle.statuses[state.status] ?? {});
  return refuseState('not-allowed-now', `${type} is not possible while the order is ${status}`);
};
