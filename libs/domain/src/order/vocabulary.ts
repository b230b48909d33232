// The words of an order: each slice joins its commands and events here, and nowhere else.
import type { OrderCommand, OrderEvent } from '../messages/generated/order.ts';
import { overrideTo } from './lifecycle/definition.ts';
import type { CommandRules, EventFolds } from './slice.ts';
import { approvingCommands, approvingEvents } from './slices/approving.ts';
import { billingCommands, billingEvents } from './slices/billing.ts';
import { cancellingCommands, cancellingEvents } from './slices/cancelling.ts';
import { confirmingCommands, confirmingEvents } from './slices/confirming.ts';
import { payingCommands, payingEvents } from './slices/paying.ts';
import { payingByLegsCommands, payingByLegsEvents } from './slices/paying-by-legs.ts';
import { paymentInFlightCommands, paymentInFlightEvents } from './slices/payment-in-flight.ts';
import { adjustingCommands, adjustingEvents } from './slices/adjusting.ts';
import { disputingCommands, disputingEvents } from './slices/disputing.ts';
import { editingCommands, editingEvents } from './slices/editing.ts';
import { holdingCommands, holdingEvents } from './slices/holding.ts';
import { migratingCommands, migratingEvents } from './slices/migrating.ts';
import { claimingCommands, claimingEvents } from './slices/claiming.ts';
import { namingCommands, namingEvents } from './slices/naming.ts';
import { overridingCommands, overridingEvents } from './slices/overriding.ts';
import { pickingCommands, pickingEvents } from './slices/picking.ts';
import { placingCommands, placingEvents } from './slices/placing.ts';
import { refundingCommands, refundingEvents } from './slices/refunding.ts';
import { reservingCommands, reservingEvents } from './slices/reserving.ts';
import { completingCommands, completingEvents } from './slices/completing.ts';
import { reschedulingCommands, reschedulingEvents } from './slices/rescheduling.ts';
import { returnStageCommands, returnStageEvents } from './slices/return-stages.ts';
import { returningCommands, returningEvents } from './slices/returning.ts';
import { arrangingCommands } from './slices/arranging.ts';
import { fulfillingCommands, fulfillingEvents } from './slices/fulfilling.ts';
import { backorderingCommands } from './slices/backordering.ts';
import { sourcingCommands, sourcingEvents } from './slices/sourcing.ts';
import { travellingCommands, travellingEvents } from './slices/travelling.ts';
import { shippingCommands, shippingEvents } from './slices/shipping.ts';
import { verdictEvents } from './verdicts.ts';

/** Every command of the order. A slice that is forgotten here does not compile. */
export const orderCommands: CommandRules<OrderCommand['type']> = {
  ...placingCommands,
  ...confirmingCommands,
  ...payingCommands,
  ...paymentInFlightCommands,
  ...billingCommands,
  ...payingByLegsCommands,
  ...reservingCommands,
  ...sourcingCommands,
  ...backorderingCommands,
  ...travellingCommands,
  ...fulfillingCommands,
  ...arrangingCommands,
  ...pickingCommands,
  ...shippingCommands,
  ...cancellingCommands,
  ...returningCommands,
  ...returnStageCommands,
  ...disputingCommands,
  ...refundingCommands,
  ...approvingCommands,
  ...holdingCommands,
  ...migratingCommands,
  ...claimingCommands,
  ...adjustingCommands,
  ...editingCommands,
  ...overridingCommands,
  ...completingCommands,
  ...reschedulingCommands,
  ...namingCommands,
};

/** What every event makes of an order. */
export const orderEvents: EventFolds<OrderEvent['type']> = {
  ...placingEvents,
  ...confirmingEvents,
  ...payingEvents,
  ...paymentInFlightEvents,
  ...billingEvents,
  ...payingByLegsEvents,
  ...reservingEvents,
  ...sourcingEvents,
  ...travellingEvents,
  ...fulfillingEvents,
  ...pickingEvents,
  ...shippingEvents,
  ...cancellingEvents,
  ...returningEvents,
  ...returnStageEvents,
  ...disputingEvents,
  ...refundingEvents,
  ...approvingEvents,
  ...holdingEvents,
  ...migratingEvents,
  ...claimingEvents,
  ...adjustingEvents,
  ...editingEvents,
  ...overridingEvents,
  ...completingEvents,
  ...reschedulingEvents,
  ...namingEvents,
  ...verdictEvents,
};

/** Whether an order may have an event of that name. */
export const isOrderEvent = (name: string): boolean => Object.hasOwn(orderEvents, name);

/** Something for each kind of event that an order may have. */
export const forEachOrderEvent = <T>(make: (type: OrderEvent['type']) => T): Record<OrderEvent['type'], T> =>
  Object.fromEntries(
    (Object.keys(orderEvents) as OrderEvent['type'][]).map((type) => [type, make(type)]),
  ) as Record<OrderEvent['type'], T>;

const lastOf = new Map(Object.keys(orderEvents).map((type) => [type, `${type}:last`]));

/** What the lifecycle calls an event: its type, `Type:last` where it completes its kind, or the override that it is. */
export const symbolOf = (event: OrderEvent): string => {
  if (event.type === 'StatusOverridden') return overrideTo(`${event.data.region}.${event.data.status}`);
  return 'last' in event.data && event.data.last ? (lastOf.get(event.type) ?? event.type) : event.type;
};

/** Events that a lifecycle does not speak of: they may follow in every status, and leave it as it is. */
const besides: ReadonlySet<string> = new Set(
  Object.keys({
    ...{ ...namingEvents, ...sourcingEvents, ...fulfillingEvents },
    ...{ ...migratingEvents, ...payingByLegsEvents },
    ...{ ...returnStageEvents, ...disputingEvents },
    ...{ ...travellingEvents, ...verdictEvents },
  }),
);

/** Whether an event may follow in every status, and leaves it as it is, or says itself where it leads. */
export const isBeside = (type: string): boolean => besides.has(type);

/** Events that a lifecycle speaks of by their names. */
export const spokenOf: readonly string[] = Object.keys(orderEvents).filter(
  (type) => !besides.has(type) && type !== 'OrderPlaced' && type !== 'StatusOverridden',
);
