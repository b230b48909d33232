import {
  overrideTo,
  type DeadlineRule,
  type Region,
  type Target,
  type When,
} from '../lifecycle/definition.ts';

type Ways = Readonly<Record<string, Target>>;

const ARRIVED = overrideTo('fulfilment.delivered');
const NOT_ARRIVED = overrideTo('fulfilment.shipped');

/** What stock tells may come at any time: it crosses the order's own commands on its way. */
const stockFacts = (status: string): Ways => ({
  LinesReserved: status,
  ReservationRefused: status,
  ReservationReturned: status,
});

/** Every event that completes its kind, or does not, leads to the same status. */
const delivered = (target: string): Ways => ({
  LinesDelivered: { target, when: { fulfilment: ['partial', 'shipped'] } },
  'LinesDelivered:last': { target, when: { fulfilment: ['shipped'] } },
  [ARRIVED]: { target, when: { fulfilment: ['shipped'] } },
});

/** A status in which somebody has something to do with the order. Whether anybody does is no status: it ends by time. */
export const work = (status: string): Ways => ({ WorkClaimed: status, WorkReleased: status });

/** Statuses in which the money is there, or was. */
export const WHEN_PAID = { payment: ['paid', 'refunding', 'refunded'] };

/** A deadline may run, or wait, in the status. */
const moves = (status: string): Ways => ({ DeadlineRescheduled: status });

/** What is heard of payments that the order does not wait for: they were started before, or nobody asked for them. */
const lateNews = (status: string): Ways => ({
  SurplusReceived: status,
  PaymentFailed: status,
  PaymentUnknown: status,
  PaymentMismatchReported: status,
});

/**
 * Money is awaited, in the status that is named. While a payment is under way the order is `paying`; `unknown`: nobody can
 * say what became of it, or what is there is not what was expected. `billed`: its legs are being frozen and taken. `more`: what else may follow as long
 * as nobody has paid.
 */
export const unpaidStatuses = (
  status: string,
  more: { readonly always: Ways; readonly idle: Ways; readonly billed?: Ways },
): Region['statuses'] => {
  const always = { ...more.always, PaymentConfirmed: 'paid', PaymentMismatchReported: 'unknown' };
  const ended = { 'PaymentFailed:last': status };
  return {
    [status]: {
      ...{ ...always, ...moves(status), ...more.idle },
      ...{
        PaymentFailed: status,
        PaymentStarted: 'paying',
        'BillIssued:last': 'billed',
        ChargesAdjusted: status,
      },
    },
    paying: { ...always, ...moves('paying'), ...ended, PaymentFailed: 'paying', PaymentUnknown: 'unknown' },
    billed: {
      ...{ ...always, ...moves('billed'), ...more.billed },
      ...{ PaymentFailed: 'billed', BillVoided: status, 'BillPaid:last': 'paid', ChargesAdjusted: 'billed' },
    },
    unknown: {
      ...always,
      ...moves('unknown'),
      ...ended,
      ...work('unknown'),
      PaymentFailed: 'unknown',
      PaymentUnknown: 'unknown',
    },
  };
};

/** Paid, and whatever of it goes back. `refunded`: all that was due has gone back, be it a part or everything. */
export const paidStatuses: Region['statuses'] = {
  paid: { ...lateNews('paid'), ...work('paid'), RefundDue: 'refunding' },
  refunding: {
    ...lateNews('refunding'),
    ...work('refunding'),
    RefundDue: 'refunding',
    RefundConfirmed: 'refunding',
    'RefundConfirmed:last': 'refunded',
  },
  refunded: { ...lateNews('refunded'), ...work('refunded'), RefundDue: 'refunding' },
  void: { ...lateNews('void'), ...work('void'), RefundDue: 'refunding' },
};

/** The order need not be approved, or is. */
export const WHEN_APPROVED = { approval: ['none', 'approved'] };

/**
 * Somebody has to approve the order as long as it is `waiting`. Whoever uses it says what waits for it: goods, with `requires`
 * and `WHEN_APPROVED`, and the deadline that ends it.
 */
export const approvalRegion: Region = {
  initial: 'none',
  statuses: {
    none: { ApprovalRequested: { target: 'waiting', when: { fulfilment: ['open'] } } },
    waiting: {
      ...moves('waiting'),
      OrderApproved: 'approved',
      ApprovalDeclined: 'declined',
      ApprovalExpired: 'expired',
      OrderCancelled: { target: 'withdrawn', when: { fulfilment: ['open'] } },
    },
    approved: {},
    declined: {},
    expired: {},
    withdrawn: {},
  },
};

/** Everything was received, and no money is awaited. */
const DONE: When = {
  fulfilment: ['delivered'],
  payment: ['paid', 'refunding', 'refunded', 'void'],
};

/** How it was may be said as soon as something has arrived. */
const arrived = (status: string): Ways => ({ ...delivered(status), ...moves(status), OrderReviewed: status });

const completes: Ways = {
  OrderCompleted: { target: 'completed', when: DONE },
  'OrderCompleted:last': { target: 'reviewed', when: DONE },
};

/**
 * Returns: possible once something has arrived, several of them if need be, until the order is completed. Then its review is
 * awaited, unless it was reviewed before.
 */
export const afterSale: Region = {
  initial: 'none',
  statuses: {
    none: delivered('returnable'),
    returnable: {
      ...arrived('returnable'),
      ...completes,
      ReturnRequested: 'requested',
      [NOT_ARRIVED]: { target: 'none', when: { fulfilment: ['delivered'] } },
    },
    requested: {
      ...arrived('requested'),
      ...work('requested'),
      ReturnRequested: 'requested',
      ReturnResolved: 'requested',
      'ReturnResolved:last': 'resolved',
    },
    resolved: { ...arrived('resolved'), ...completes, ReturnRequested: 'requested' },
    completed: { ...moves('completed'), OrderReviewed: 'reviewed' },
    reviewed: {},
  },
};

/**
 * While anything holds the order nothing of it leaves the shelf or the house. It ends with the last release, and where
 * nothing is left that could leave. Notes are no status of anything: they are taken at any time, and stand here.
 */
export const holdRegion = (ends: Ways): Region => ({
  initial: 'clear',
  statuses: {
    clear: { NoteAdded: 'clear', OrderHeld: { target: 'held', when: { fulfilment: ['open', 'partial'] } } },
    held: {
      NoteAdded: 'held',
      OrderHeld: 'held',
      HoldReleased: 'held',
      'HoldReleased:last': 'clear',
      OrderCancelled: { target: 'clear', when: { fulfilment: ['open'] } },
      'LinesCancelled:last': { target: 'clear', when: { fulfilment: ['partial'] } },
      ...ends,
    },
  },
});

/** What came back is sent once more, in exchange. */
const SENT_AGAIN: Target = { target: 'partial', when: { afterSale: ['requested', 'resolved'] } };

/** From the shelf to the buyer. `paid` is the condition under which goods may be touched and leave the house. */
export const fulfilmentRegion = (paid: When, open: Ways): Region => {
  const leave = (target: string): Target => ({ target, when: { ...paid, hold: ['clear'] } });
  return {
    initial: 'open',
    statuses: {
      open: {
        ...work('open'),
        ...stockFacts('open'),
        LinesPicked: leave('open'),
        ShortageReported: 'open',
        LinesReordered: 'open',
        LinesCancelled: 'open',
        OrderCancelled: 'cancelled',
        LinesShipped: leave('partial'),
        'LinesShipped:last': leave('shipped'),
        ReceiverEdited: 'open',
        ...open,
      },
      partial: {
        ...work('partial'),
        ...stockFacts('partial'),
        ...moves('partial'),
        LinesPicked: leave('partial'),
        ShortageReported: 'partial',
        LinesReordered: 'partial',
        LinesCancelled: 'partial',
        'LinesCancelled:last': 'shipped',
        ReplacementDue: SENT_AGAIN,
        LinesShipped: leave('partial'),
        'LinesShipped:last': leave('shipped'),
        LinesDelivered: 'partial',
        ReceiverEdited: 'partial',
      },
      shipped: {
        ...stockFacts('shipped'),
        ...moves('shipped'),
        ReplacementDue: SENT_AGAIN,
        LinesDelivered: 'shipped',
        'LinesDelivered:last': 'delivered',
        DeliveryCompleted: {
          target: 'delivered',
          when: { afterSale: ['returnable', 'requested', 'resolved'] },
        },
        [ARRIVED]: 'delivered',
      },
      delivered: {
        ...stockFacts('delivered'),
        ReplacementDue: SENT_AGAIN,
        [NOT_ARRIVED]: { target: 'shipped', when: { afterSale: ['returnable'] } },
      },
      cancelled: stockFacts('cancelled'),
    },
  };
};

/** What nobody does in time is done: by these for every lifecycle, as far as the tenant has delays for them. */
export const closingDeadlines: readonly DeadlineRule[] = [
  {
    name: 'receive',
    starts: ['LinesShipped'],
    while: { fulfilment: ['shipped'] },
    sleeps: { fulfilment: ['partial'] },
    after: 'receiveAfterMs',
    command: 'ReceiveByDeadline',
  },
  {
    name: 'complete',
    starts: ['LinesDelivered', ARRIVED],
    while: { ...DONE, afterSale: ['returnable', 'resolved'] },
    sleeps: { afterSale: ['returnable', 'requested', 'resolved'] },
    after: 'completeAfterMs',
    command: 'CompleteByDeadline',
  },
  {
    name: 'review',
    starts: ['OrderCompleted'],
    while: { afterSale: ['completed'] },
    after: 'reviewAfterMs',
    command: 'ReviewByDeadline',
  },
];
