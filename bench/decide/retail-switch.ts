/** Where a retail order is, as somebody keeps it who writes the rules by hand. */
export type RetailStatus = {
  readonly payment: string;
  readonly fulfilment: string;
  readonly afterSale: string;
  readonly hold: string;
};

const isPaid = (payment: string): boolean => {
  switch (payment) {
    case 'paid':
    case 'refunding':
    case 'refunded':
      return true;
    default:
      return false;
  }
};

const isUnderWay = (payment: string): boolean => payment === 'paying' || payment === 'unknown';

const awaitsMoney = (payment: string): boolean =>
  payment === 'awaiting' || payment === 'billed' || isUnderWay(payment);

const isOnItsWay = (fulfilment: string): boolean => fulfilment === 'partial' || fulfilment === 'shipped';

const isReturnable = (afterSale: string): boolean =>
  afterSale === 'returnable' || afterSale === 'requested' || afterSale === 'resolved';

const hasSomethingToDo = (payment: string): boolean =>
  isPaid(payment) || payment === 'unknown' || payment === 'void';

/**
 * The legality of an event in the lifecycle `retail`, written as a hand would write it: one switch over what happens.
 * A spec holds it against the lifecycle itself, for every status and event.
 */
// eslint-disable-next-line complexity -- it is what is measured: the rules without a table
export const isLegalByHand = (at: RetailStatus, symbol: string): boolean => {
  const { payment, fulfilment, afterSale, hold } = at;
  switch (symbol) {
    case 'PaymentFailed':
    case 'PaymentMismatchReported':
      return true;
    case 'PaymentStarted':
    case 'BillIssued':
    case 'BillIssued:last':
    case 'PaymentTimedOut':
      return payment === 'awaiting';
    case 'PaymentFailed:last':
      return isUnderWay(payment);
    case 'BillVoided':
    case 'BillPaid':
    case 'BillPaid:last':
      return payment === 'billed';
    case 'ChargesAdjusted':
      return payment === 'awaiting' || payment === 'billed';
    case 'PaymentUnknown':
      return payment !== 'awaiting' && payment !== 'billed';
    case 'PaymentConfirmed':
      return awaitsMoney(payment);
    case 'SurplusReceived':
    case 'RefundDue':
      return isPaid(payment) || payment === 'void';
    case 'RefundConfirmed':
    case 'RefundConfirmed:last':
      return payment === 'refunding';
    case 'LinesReserved':
    case 'ReservationRefused':
    case 'ReservationReturned':
    case 'NoteAdded':
      return true;
    case 'ShortageReported':
    case 'LinesReordered':
    case 'LinesCancelled':
    case 'ReceiverEdited':
      return fulfilment === 'open' || fulfilment === 'partial';
    case 'WorkClaimed':
    case 'WorkReleased':
      return (
        fulfilment === 'open' ||
        fulfilment === 'partial' ||
        hasSomethingToDo(payment) ||
        afterSale === 'requested'
      );
    case 'ReplacementDue':
      return (
        (isOnItsWay(fulfilment) || fulfilment === 'delivered') &&
        (afterSale === 'requested' || afterSale === 'resolved')
      );
    case 'LinesCancelled:last':
      return fulfilment === 'partial';
    case 'OrderCancelled':
      return fulfilment === 'open';
    case 'LinesPicked':
    case 'LinesShipped':
    case 'LinesShipped:last':
      return (fulfilment === 'open' || fulfilment === 'partial') && hold === 'clear' && isPaid(payment);
    case 'LinesDelivered':
      return fulfilment === 'partial' || fulfilment === 'shipped';
    case 'LinesDelivered:last':
    case 'StatusOverridden:fulfilment.delivered':
      return fulfilment === 'shipped';
    case 'DeliveryCompleted':
      return fulfilment === 'shipped' && afterSale !== 'none';
    case 'StatusOverridden:fulfilment.shipped':
      return fulfilment === 'delivered' && afterSale === 'returnable';
    case 'OrderHeld':
      return hold === 'held' || fulfilment === 'open' || fulfilment === 'partial';
    case 'HoldReleased':
    case 'HoldReleased:last':
      return hold === 'held';
    case 'ReturnRequested':
      return isReturnable(afterSale);
    case 'OrderReviewed':
      return isReturnable(afterSale) || afterSale === 'completed';
    case 'OrderCompleted':
    case 'OrderCompleted:last':
      return (
        (afterSale === 'returnable' || afterSale === 'resolved') &&
        fulfilment === 'delivered' &&
        (isPaid(payment) || payment === 'void')
      );
    case 'DeadlineRescheduled':
      return (
        awaitsMoney(payment) || isOnItsWay(fulfilment) || isReturnable(afterSale) || afterSale === 'completed'
      );
    case 'ReturnResolved':
    case 'ReturnResolved:last':
      return afterSale === 'requested';
    default:
      return false;
  }
};
