import { accept, refuseState, type DecideContext, type Decision } from '@orderloom/decider';
import type { BuyerCommand, BuyerEvent, CheckPlacementData } from '../messages/generated/buyer.ts';
import type { BuyerState } from './state.ts';

/** What the buyer's decisions read of the tenant's state. */
export type PlacementPolicy = {
  readonly policy: {
    /** The same cart again within this time is the same order; 0: never. */
    readonly duplicateWindowMs: number;
  };
};

type Context = DecideContext<PlacementPolicy>;

/** The newest order with the same cart, if it is young enough to be meant by a second click. */
const sameCart = (state: BuyerState, cartHash: string, { now, global }: Context) =>
  state.recent.findLast((placement) => {
    // Below zero where the tenant's clock was set to the past: that was no second click.
    const age = now - placement.recordedAt;
    return placement.cartHash === cartHash && age >= 0 && age < global.policy.duplicateWindowMs;
  });

const checkPlacement = (
  state: BuyerState,
  data: CheckPlacementData,
  context: Context,
): Decision<BuyerEvent> => {
  const first = data.allowRepeat ? undefined : sameCart(state, data.cartHash, context);
  if (first)
    return { outcome: 'duplicate', of: { tenant: context.stream.tenant, type: 'order', key: first.orderId } };
  if (state.blocked !== null)
    return refuseState('buyer-blocked', `no orders are taken from buyer ${context.stream.key}`);
  if (state.maxOpenOrders !== null && state.openOrders >= state.maxOpenOrders)
    return refuseState(
      'purchase-limit-reached',
      `buyer ${context.stream.key} has ${state.openOrders} open orders; the limit is ${state.maxOpenOrders}`,
    );
  return accept();
};

/** What a shop may decide about a buyer, and whether the buyer may order now. */
export const decideBuyer = (
  state: BuyerState,
  command: BuyerCommand,
  context: Context,
): Decision<BuyerEvent> => {
  const key = context.stream.key;
  switch (command.type) {
    case 'CheckPlacement':
      return checkPlacement(state, command.data, context);
    case 'BlockBuyer':
      if (state.blocked !== null) return refuseState('buyer-blocked', `buyer ${key} is blocked already`);
      return accept({ type: 'BuyerBlocked', data: command.data });
    case 'UnblockBuyer':
      if (state.blocked === null) return refuseState('buyer-not-blocked', `buyer ${key} is not blocked`);
      return accept({ type: 'BuyerUnblocked', data: {} });
    case 'SetPurchaseLimit':
      return accept({ type: 'PurchaseLimitSet', data: command.data });
  }
};
