import type { DecideContext, Decider, Event, Rejection } from '@orderloom/decider';
import type { OrderCommand, OrderEvent } from '../messages/generated/order.ts';
import type { OrderState } from '../order/state.ts';
import type { TenantState } from '../tenant/state.ts';
import { commandOfChange } from './staged.ts';
import type { EditState, StagedChange } from './state.ts';

/** What one change would come to; `null`: an earlier one is refused, and nobody has asked. */
type PreviewedChange = StagedChange & {
  readonly outcome: { readonly accepted: readonly Event[] } | { readonly rejected: Rejection } | null;
};

/** What a commit would come to, were it decided now. */
export type EditPreview = {
  readonly changes: readonly PreviewedChange[];
  /** The order behind the changes that are possible. */
  readonly after: OrderState;
};

/** Where an order stands before a commit. */
type Before = { readonly state: OrderState; readonly version: number };

type OrderDecider = Decider<OrderState, OrderCommand, OrderEvent, TenantState>;

/**
 * Each change is decided on what those before it have made of the order, by the order's own decider: as a commit does it,
 * and nothing is recorded. Pure.
 */
export const previewEdit = (
  { changes }: Pick<EditState, 'changes'>,
  before: Before,
  { decider, context }: { readonly decider: OrderDecider; readonly context: DecideContext<TenantState> },
): EditPreview => {
  const { stream, now: recordedAt, global } = context;
  let { state, version } = before;
  let isRefused = false;
  const previewed = changes.map((change): PreviewedChange => {
    if (isRefused) return { ...change, outcome: null };
    const decision = decider.decide(state, commandOfChange(change), context);
    if (decision.outcome !== 'accepted') {
      isRefused = true;
      if (decision.outcome === 'duplicate') throw new Error('an order is nobody else’s duplicate');
      return { ...change, outcome: { rejected: decision.rejection } };
    }
    for (const event of decision.events) {
      version += 1;
      state = decider.evolve(state, event, { stream, recordedAt, version, global });
    }
    return { ...change, outcome: { accepted: decision.events } };
  });
  return { changes: previewed, after: state };
};
