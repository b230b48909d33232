import type { OrderEvent } from '../messages/generated/order.ts';
import { isPlaced, type OrderState } from './state.ts';

// An order is decided upon in parts: who works on its money is not disturbed by who packs it. The version of a part is
// that of the last event that touched it.

type Touched = { readonly payment: boolean; readonly fulfilment: boolean };

const PAYMENT: Touched = { payment: true, fulfilment: false };
const FULFILMENT: Touched = { payment: false, fulfilment: true };
const BOTH: Touched = { payment: true, fulfilment: true };
const NEITHER: Touched = { payment: false, fulfilment: false };

const touched: Readonly<Record<Exclude<OrderEvent['type'], 'StatusOverridden'>, Touched>> = {
  OrderPlaced: BOTH,
  OrderConfirmed: PAYMENT,
  ReminderSent: PAYMENT,
  PaymentConfirmed: PAYMENT,
  PaymentStarted: PAYMENT,
  PaymentFailed: PAYMENT,
  PaymentUnknown: PAYMENT,
  PaymentMismatchReported: PAYMENT,
  SurplusReceived: PAYMENT,
  PaymentTimedOut: BOTH,
  PaymentVoided: PAYMENT,
  ChargesAdjusted: PAYMENT,
  BillIssued: PAYMENT,
  BillVoided: PAYMENT,
  BillPaid: PAYMENT,
  LegFrozen: PAYMENT,
  LegCaptured: PAYMENT,
  LegFailed: PAYMENT,
  LegReleased: PAYMENT,
  RefundDue: PAYMENT,
  RefundConfirmed: PAYMENT,
  LinesReserved: FULFILMENT,
  ReservationRefused: FULFILMENT,
  ReservationReturned: FULFILMENT,
  ReservationRequested: FULFILMENT,
  LinesRelocated: FULFILMENT,
  FulfilmentRequested: FULFILMENT,
  FulfilmentReduced: FULFILMENT,
  FulfilmentUnanswered: FULFILMENT,
  FulfilmentAnswered: FULFILMENT,
  LinesPicked: FULFILMENT,
  ShortageReported: FULFILMENT,
  LinesReordered: FULFILMENT,
  LinesShipped: FULFILMENT,
  LinesDelivered: FULFILMENT,
  DeliveryCompleted: FULFILMENT,
  LinesCancelled: BOTH,
  OrderCancelled: BOTH,
  ReturnRequested: FULFILMENT,
  ReturnApproved: FULFILMENT,
  ReturnShipped: FULFILMENT,
  ReturnReceived: FULFILMENT,
  ReturnInspected: FULFILMENT,
  ReturnResolved: BOTH,
  ReplacementDue: FULFILMENT,
  DisputeOpened: PAYMENT,
  EvidenceAdded: NEITHER,
  RefundWithheld: PAYMENT,
  DisputeResolved: PAYMENT,
  ApprovalRequested: BOTH,
  OrderApproved: BOTH,
  ApprovalDeclined: BOTH,
  ApprovalExpired: BOTH,
  OrderCompleted: FULFILMENT,
  OrderReviewed: NEITHER,
  DeadlineRescheduled: NEITHER,
  LifecycleMigrated: BOTH,
  OrderHeld: FULFILMENT,
  HoldReleased: FULFILMENT,
  WorkClaimed: NEITHER,
  WorkReleased: NEITHER,
  ReceiverEdited: NEITHER,
  NoteAdded: NEITHER,
  AliasRefused: NEITHER,
  ItineraryJoined: NEITHER,
  ItineraryLeft: NEITHER,
  VerdictGiven: NEITHER,
};

/** Whether an event touches the money and the goods; receiver and note are touched by one event each. */
export const touchedBy = (event: OrderEvent): Touched =>
  event.type === 'StatusOverridden' ? sectionsOf(event.data.region) : touched[event.type];

/** Whether every event of a type touches the money. */
export const touchesPayment = (type: OrderEvent['type']): boolean =>
  type !== 'StatusOverridden' && touched[type].payment;

const sectionsOf = (region: string): Touched => (region === 'payment' ? PAYMENT : FULFILMENT);

/** The section that a region of the lifecycle belongs to. */
export const sectionOfRegion = (region: string): 'payment' | 'fulfilment' =>
  sectionsOf(region).payment ? 'payment' : 'fulfilment';

/** Section -> its version: what `If-Match` and `expectedSection` are held against. */
export const orderSections = (state: OrderState) => {
  const { paymentVersion: payment, fulfilmentVersion: fulfilment, handling } = state;
  const first = isPlaced(state) ? 1 : 0;
  return {
    payment,
    fulfilment,
    receiver: handling?.receiverVersion ?? first,
    note: handling?.noteVersion ?? first,
  };
};
