import { defineStreamType, slotOfOrderId, type Reaction, type StreamType } from '@orderloom/decider';
import { askLegs } from '../effect/asking-legs.ts';
import { askProvider, settleQuery } from '../effect/asking-providers.ts';
import { askRefund, settleRefund } from '../effect/asking-refunds.ts';
import { tellWebhooks } from '../effect/telling-webhooks.ts';
import { inTurn } from '../in-turn.ts';
import type {
  LinesCancelledData,
  LinesReorderedData,
  LinesShippedData,
  OrderCancelledData,
  OrderCommand,
  OrderEvent,
  OrderPlacedData,
  PaymentTimedOutData,
  ReservationRequestedData,
  ReservationReturnedData,
  ReturnResolvedData,
} from '../messages/generated/order.ts';
import type { TenantState } from '../tenant/state.ts';
import { isAtRest } from './at-rest.ts';
import { pendingDeadline } from './deadlines.ts';
import { explainOrder } from './explanation.ts';
import { tableStepper, type Stepper } from './lifecycle/stepper.ts';
import { orderDecider } from './order.ts';
import { forEachOrderEvent, orderCommands } from './vocabulary.ts';
import { orderSections, touchesPayment } from './sections.ts';
import { aliasRefused, claimAlias } from './slices/naming.ts';
import { askedAtOnce } from './slices/placing.ts';
import { openFulfilment, reduceFulfilment } from './slices/fulfilling.ts';
import { awaitNoMore, awaitStock } from './slices/backordering.ts';
import { moveStock } from './slices/sourcing.ts';
import { legLost, legReady } from './slices/travelling.ts';
import { notReserved, tellStock } from './slices/reserving.ts';
import type { OrderState } from './state.ts';

type Reactions = NonNullable<StreamType<OrderState, OrderCommand, OrderEvent, TenantState>['reactions']>;

/** What stock hears of an order: of every line that it holds or should hold units for. */
const toStock: Reactions = {
  OrderPlaced: tellStock<OrderPlacedData>('ReserveStock', askedAtOnce),
  ReservationRequested: tellStock<ReservationRequestedData>('ReserveStock', ({ lines }) => lines),
  LinesRelocated: moveStock,
  LinesReordered: tellStock<LinesReorderedData>('ReserveStock', ({ reserve }) => reserve),
  LinesShipped: tellStock<LinesShippedData>('ConfirmStock', ({ lines }) => lines),
  OrderCancelled: tellStock<OrderCancelledData>('ReleaseStock', ({ released }) => released),
  LinesCancelled: tellStock<LinesCancelledData>('ReleaseStock', ({ released }) => released),
  PaymentTimedOut: tellStock<PaymentTimedOutData>('ReleaseStock', ({ released }) => released),
  ReservationReturned: tellStock<ReservationReturnedData>('ReleaseStock', ({ lines }) => lines),
  ReturnResolved: tellStock<ReturnResolvedData>('RestockStock', ({ accepted, lines }) =>
    accepted ? lines : [],
  ),
};

const toWarehouses: Reactions = { FulfilmentRequested: openFulfilment, FulfilmentReduced: reduceFulfilment };
const toAlias: Reactions = { OrderPlaced: claimAlias };

const toProvider: Reactions = {
  PaymentStarted: askProvider,
  PaymentConfirmed: settleQuery,
  SurplusReceived: settleQuery,
  PaymentFailed: settleQuery,
  PaymentMismatchReported: settleQuery,
  RefundDue: askRefund,
  RefundConfirmed: settleRefund,
  ...askLegs,
};

/** Events behind which goods may leave that could not before, beside those of money. */
const freeing: ReadonlySet<string> = new Set<OrderEvent['type']>([
  ...(['ItineraryJoined', 'LinesReserved', 'HoldReleased', 'StatusOverridden'] as const),
]);

/** An itinerary hears when an order of it could be sent, and when one is lost. */
const toItinerary: Readonly<Record<OrderEvent['type'], AnyReaction | undefined>> = {
  ...forEachOrderEvent((type) =>
    freeing.has(type) || touchesPayment(type) ? legReady(tableStepper) : undefined,
  ),
  OrderCancelled: legLost('OrderCancelled'),
  LinesCancelled: legLost('LinesCancelled'),
  PaymentTimedOut: legLost('PaymentTimedOut'),
};

/** Every line that was ordered. */
const everyOrdered = (_data: object, { placed: { lines } }: OrderState) => lines;

const toQueues: Reactions = {
  ReservationRefused: awaitStock,
  OrderCancelled: awaitNoMore<OrderCancelledData>(everyOrdered),
  LinesCancelled: awaitNoMore<LinesCancelledData>(({ lines }) => lines),
  PaymentTimedOut: awaitNoMore<PaymentTimedOutData>(everyOrdered),
};

type AnyReaction = Reaction<OrderState, object, TenantState>;

/** Of each event those hear who must, and then those who want to. */
const reactions: Reactions = forEachOrderEvent((type) => {
  const must = [
    toStock[type],
    toWarehouses[type],
    toAlias[type],
    toQueues[type],
    toItinerary[type],
    toProvider[type],
  ] as readonly (AnyReaction | undefined)[];
  return [...must.filter((one) => one !== undefined), tellWebhooks(type)].reduce(inTurn);
});

/**
 * The stream of one order: key = order id, in its buyer's slot. `stepper` says who knows the legal histories: the
 * compiled table, or XState itself.
 */
export const orderStreamType = ({
  stepper,
}: {
  readonly stepper: Stepper;
}): StreamType<OrderState, OrderCommand, OrderEvent, TenantState> =>
  defineStreamType<OrderState, OrderCommand, OrderEvent, TenantState>({
    name: 'order',
    alarms: ['FulfilmentUnanswered', 'PaymentUnknown'],
    foldId: 'order-12',
    decider: orderDecider(stepper),
    closes: isAtRest,
    slotOf: (_tenant, key) => slotOfOrderId(key),
    commands: orderCommands,
    explain: explainOrder(stepper),
    nextDeadline: pendingDeadline,
    sections: orderSections,
    reactions,
    onRefused: {
      ReserveStock: notReserved,
      RegisterAlias: aliasRefused,
    },
  });
