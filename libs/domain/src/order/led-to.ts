import type { DecideContext, Decider } from '@orderloom/decider';
import type { OrderCommand, OrderEvent } from '../messages/generated/order.ts';
import type { TenantState } from '../tenant/state.ts';
import type { OrderState } from './state.ts';

type Evolve = Decider<OrderState, OrderCommand, OrderEvent, TenantState>['evolve'];
type Moment = Pick<DecideContext<TenantState>, 'stream' | 'now' | 'global'>;

/** Where an order would be if events were recorded now: for a decision that depends on where it leads itself. */
export const ledTo = (
  evolve: Evolve,
  state: OrderState,
  events: readonly OrderEvent[],
  { stream, now, global }: Moment,
): OrderState => {
  const folding = { stream, recordedAt: now, version: 0, global };
  return events.reduce((before, event) => evolve(before, event, folding), state);
};
