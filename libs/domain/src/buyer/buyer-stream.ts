import { defineStreamType, slotOf, type Explanation } from '@orderloom/decider';
import type { BuyerCommand, BuyerEvent } from '../messages/generated/buyer.ts';
import { decideBuyer, type PlacementPolicy } from './decide.ts';
import { evolveBuyer } from './evolve.ts';
import { followedEvents, type FollowedEvent } from './following-orders.ts';
import { newBuyer, type BuyerState } from './state.ts';

const statusOf = (state: BuyerState): Explanation['status'] => ({
  status: state.blocked === null ? 'active' : 'blocked',
});

const explainBuyer = (state: BuyerState): Explanation => ({
  status: statusOf(state),
  allowedCommands: [state.blocked === null ? 'BlockBuyer' : 'UnblockBuyer', 'SetPurchaseLimit'],
  mayRefuse: [],
});

/**
 * The stream of one buyer: key = buyer id, in the slot of the buyer's orders. It decides together with every
 * placement; it appends only what a shop decides about the buyer, and follows the orders for the rest.
 */
export const buyerStreamType = defineStreamType<
  BuyerState,
  BuyerCommand,
  BuyerEvent | FollowedEvent,
  PlacementPolicy
>({
  name: 'buyer',
  foldId: 'buyer-1',
  decider: { initialState: newBuyer, decide: decideBuyer, evolve: evolveBuyer, isTerminal: () => false },
  closes: 'never',
  slotOf,
  commands: {
    CheckPlacement: { emits: [], internal: true },
    BlockBuyer: { emits: ['BuyerBlocked'] },
    UnblockBuyer: { emits: ['BuyerUnblocked'] },
    SetPurchaseLimit: { emits: ['PurchaseLimitSet'] },
  },
  statusOf,
  explain: explainBuyer,
  follows: followedEvents,
});
