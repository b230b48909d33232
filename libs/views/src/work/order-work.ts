import {
  isHeld,
  isUnanswered,
  lifecycleOf,
  tableStepper,
  workLists,
  type OrderState,
  type TenantState,
} from '@orderloom/domain';

/** Since when there is what to do with an order: what its lists of work are ordered by. ms since 1970 UTC. */
export type OrderWork = {
  readonly isToShip: boolean;
  /** When its goods could leave for the first time; `null`: they never could. A hold or a shortage costs it no place. */
  readonly readyAt: number | null;
  /** Since when money is owed back; `null`: none is. */
  readonly owedAt: number | null;
  /** Since when somebody has to find out what became of a payment; `null`: nobody has to. */
  readonly unclearAt: number | null;
  /** Since when a return waits for the seller; `null`: none does. */
  readonly returnedAt: number | null;
  /** Since when money of it is disputed; `null`: none is. */
  readonly disputedAt: number | null;
  /** Since when somebody holds it; `null`: nobody does. */
  readonly heldAt: number | null;
  /** Since when a warehouse should have answered; `null`: none is waited for in vain. */
  readonly unansweredAt: number | null;
};

const since = (known: number | null | undefined, isSo: boolean, at: number): number | null =>
  isSo ? (known ?? at) : null;

/** What there is to do behind an event that was recorded at an instant. */
export const workAfter = (
  known: OrderWork | undefined,
  { state, at }: { readonly state: OrderState; readonly at: number },
  global: TenantState,
): OrderWork => {
  const lifecycle = lifecycleOf(global, state.lifecycle);
  const may = (symbol: string): boolean =>
    lifecycle !== undefined && tableStepper.next(lifecycle, state.status, symbol) >= 0;
  const isToShip = workLists['to-ship'](state, may);
  return {
    isToShip,
    readyAt: known?.readyAt ?? (isToShip ? at : null),
    owedAt: since(known?.owedAt, workLists['to-refund'](state, may), at),
    unclearAt: since(known?.unclearAt, workLists['to-clarify'](state, may), at),
    returnedAt: since(known?.returnedAt, workLists['to-resolve'](state, may), at),
    disputedAt: since(known?.disputedAt, workLists.disputed(state, may), at),
    heldAt: since(known?.heldAt, isHeld(state), at),
    unansweredAt: since(known?.unansweredAt, isUnanswered(state), at),
  };
};
