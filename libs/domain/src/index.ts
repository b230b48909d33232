import type { Registry } from '@orderloom/decider';
import { aliasStreamType } from './alias/alias-stream.ts';
import { buyerStreamType } from './buyer/buyer-stream.ts';
import { chainStreamType } from './chain/chain-stream.ts';
import { editStreamType } from './edit/edit-stream.ts';
import { effectStreamType } from './effect/effect-stream.ts';
import { fulfilmentStreamType } from './fulfilment/fulfilment-stream.ts';
import { itineraryStreamType } from './itinerary/itinerary-stream.ts';
import { journalStreamType } from './journal/journal-stream.ts';
import { jobStreamType } from './job/job-stream.ts';
import type { PublishedLifecycle } from './order/lifecycle/definition.ts';
import type { Stepper } from './order/lifecycle/stepper.ts';
import { knownLifecycles } from './order/lifecycles/known.ts';
import { orderStreamType } from './order/order-stream.ts';
import { parcelStreamType } from './parcel/parcel-stream.ts';
import { reconciliationStreamType } from './reconciliation/reconciliation-stream.ts';
import { stockStreamType } from './stock/stock-stream.ts';
import type { TenantState } from './tenant/state.ts';
import { tenantStreamType } from './tenant/tenant-stream.ts';

export type * from './messages/generated/alias.ts';
export type * from './messages/generated/buyer.ts';
export type * from './messages/generated/chain.ts';
export type * from './messages/generated/edit.ts';
export type * from './messages/generated/effect.ts';
export type * from './messages/generated/fulfilment.ts';
export type * from './messages/generated/itinerary.ts';
export type * from './messages/generated/job.ts';
export type * from './messages/generated/journal.ts';
export type * from './messages/generated/order.ts';
export type * from './messages/generated/parcel.ts';
export type * from './messages/generated/reconciliation.ts';
export type * from './messages/generated/stock.ts';
export type * from './messages/generated/tenant.ts';
export type * from './messages/generated/types.ts';

export type { Amount, OrderMoney } from './money.ts';
export { apportion, lineAmount, lineShares, shareOfUnits } from './money.ts';
export { isCurrency } from './currency.ts';
export type { RejectionCode } from './rejections.ts';
export { rejections } from './rejections.ts';

export type {
  Bill,
  Claim,
  Dispute,
  Handling,
  Hold,
  LineCounts,
  OrderState,
  Parcel,
  Payment,
  Refund,
  Return,
  Review,
} from './order/state.ts';
export { outstanding } from './order/giving-back.ts';
export { surplusOf } from './order/payments.ts';
export { deadlinesOf, isRunning, pendingDeadline, threateningDeadline } from './order/deadlines.ts';
export { paymentOfLeg } from './order/bills.ts';
export { dueOf, isAboutLeg } from './order/refund-legs.ts';
export { lifecycleOf } from './order/published.ts';
export { orderSections } from './order/sections.ts';
export { isBeside, orderCommands } from './order/vocabulary.ts';
export type { Leaving } from './order/leaving.ts';
export { leavingOf } from './order/leaving.ts';
export type { WorkList } from './order/work.ts';
export { isHeld, isUnanswered, isUnsent, isWorkList, workLists } from './order/work.ts';
export { orderStreamType } from './order/order-stream.ts';
export type { DeadlineRule, LifecycleDefinition, PublishedLifecycle } from './order/lifecycle/definition.ts';
export { lifecycleRef, publishable } from './order/lifecycle/definition.ts';
export type { LifecycleSpec, OrderSymbol, OwnLifecycle, OwnRegion, OwnWays } from './order/lifecycle/own.ts';
export type { Finding, FindingKind, Standing } from './order/lifecycle/moving.ts';
export { findingsOf } from './order/lifecycle/moving.ts';
export type { Move } from './order/lifecycle/moved-status.ts';
export { defineLifecycle } from './order/lifecycle/own.ts';
export type { OrderloomConfig } from './order/lifecycle/own-config.ts';
export { LifecycleError, lifecyclesIn } from './order/lifecycle/own-config.ts';
export type { CheckedLifecycle } from './order/lifecycle/own-faults.ts';
export type { Lifecycle } from './order/lifecycle/compiled.ts';
export { compiledLifecycle } from './order/lifecycle/compiled.ts';
export type { Stepper } from './order/lifecycle/stepper.ts';
export { tableStepper, xstateStepper } from './order/lifecycle/stepper.ts';
export { approvalRegion, WHEN_APPROVED } from './order/lifecycles/regions.ts';
export { knownLifecycles } from './order/lifecycles/known.ts';

export type { TenantPolicy, TenantState } from './tenant/state.ts';
export { defaultPolicy, unchangedPolicy } from './tenant/state.ts';
export { stockLocationsOf } from './tenant/sourcing.ts';
export { hooksFor } from './tenant/hooks.ts';
export { lifecyclesToPublish } from './tenant/publishing.ts';
export { tenantStreamType } from './tenant/tenant-stream.ts';

export type { AliasState } from './alias/alias-stream.ts';
export { aliasStreamType } from './alias/alias-stream.ts';
export type { PlacementPolicy } from './buyer/decide.ts';
export type { BuyerState } from './buyer/state.ts';
export { buyerStreamType } from './buyer/buyer-stream.ts';
export type { ChainState } from './chain/chain-stream.ts';
export { chainStreamType } from './chain/chain-stream.ts';
export { orderOfEdit } from './edit/edit-key.ts';
export { editStreamType } from './edit/edit-stream.ts';
export type { EditPreview } from './edit/preview.ts';
export { previewEdit } from './edit/preview.ts';
export type { EditState } from './edit/state.ts';
export type { EffectState } from './effect/state.ts';
export { effectAlarmedOf } from './effect/effect-key.ts';
export { effectStreamType } from './effect/effect-stream.ts';
export type { AskedLeg } from './effect/asking-legs.ts';
export { askedLeg } from './effect/asking-legs.ts';
export type { AskedRefund } from './effect/asking-refunds.ts';
export { askedRefund } from './effect/asking-refunds.ts';
export type { AskedPayment } from './effect/asking-providers.ts';
export { askedPayment } from './effect/asking-providers.ts';
export type { FulfilmentState, FulfilmentStatus } from './fulfilment/state.ts';
export { fulfilmentStreamType } from './fulfilment/fulfilment-stream.ts';
export { statusOfFulfilments } from './fulfilment/order-status.ts';
export { fulfilmentKeyOf } from './fulfilment/fulfilment-key.ts';
export type { ItineraryState } from './itinerary/state.ts';
export { itineraryStreamType } from './itinerary/itinerary-stream.ts';
export type { JournalState } from './journal/journal-stream.ts';
export { journalStreamType } from './journal/journal-stream.ts';
export type { JobState } from './job/state.ts';
export { jobStreamType } from './job/job-stream.ts';
export type { ParcelState, RefusedContent } from './parcel/state.ts';
export { parcelStreamType } from './parcel/parcel-stream.ts';
export type { Movement, OwnMovement } from './reconciliation/compare.ts';
export { addedUp, compareStatement, movementName } from './reconciliation/compare.ts';
export { reconciliationStreamType } from './reconciliation/reconciliation-stream.ts';
export type { KnownDifference, ReconciliationState } from './reconciliation/state.ts';
export { reconciliationKey } from './reconciliation/state.ts';
export type { StockState } from './stock/state.ts';
export { stockKeyOf, stockStreamType } from './stock/stock-stream.ts';

/** What a registry of this domain can be given. */
export type DomainOptions = {
  /** Who knows the legal histories of an order: `tableStepper`, or `xstateStepper` to judge it. */
  readonly stepper: Stepper;
  /** What new tenants get published; all of this build unless said. */
  readonly lifecycles?: readonly PublishedLifecycle[];
};

/** Every stream type of this domain, with the tenant's stream as the table that all decisions may read. */
export const domainRegistry = ({ stepper, lifecycles = knownLifecycles }: DomainOptions): Registry => ({
  types: [
    tenantStreamType({ lifecycles }),
    orderStreamType({ stepper }),
    buyerStreamType,
    stockStreamType,
    parcelStreamType,
    jobStreamType,
    effectStreamType,
    chainStreamType,
    journalStreamType,
    aliasStreamType,
    fulfilmentStreamType,
    itineraryStreamType,
    editStreamType,
    reconciliationStreamType,
  ],
  global: {
    type: 'tenant',
    clockOf: (state) => (state as TenantState).clock,
    exists: (state) => (state as TenantState).created,
    createdBy: ['CreateTenant'],
  },
  declaredCycles: [
    // One order of an itinerary is lost, so the others are cancelled: each once, for it has failed by then.
    ['OrderCancelled', 'ItineraryFailed'],
    // What an order has waited for and has no use for any more goes to the next one that waits.
    ['BackorderFilled', 'ReservationReturned'],
  ],
});
