import type { Region, Target } from '../lifecycle/definition.ts';

type Ways = Readonly<Record<string, Target>>;

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
});

/** Statuses in which the money is there, or was. */
export const WHEN_PAID = { payment: ['paid', 'refunding', 'refunded'] };

/** Paid, and whatever of it goes back. `refunded`: all that was due has gone back, be it a part or everything. */
export const paidStatuses: Region['statuses'] = {
  paid: { RefundDue: 'refunding' },
  refunding: { RefundDue: 'refunding', RefundConfirmed: 'refunding', 'RefundConfirmed:last': 'refunded' },
  refunded: { RefundDue: 'refunding' },
  void: {},
};

/** Returns: possible once something has arrived, several of them if need be. */
export const afterSale: Region = {
  initial: 'none',
  statuses: {
    none: delivered('returnable'),
    returnable: { ...delivered('returnable'), ReturnRequested: 'requested' },
    requested: {
      ...delivered('requested'),
      ReturnRequested: 'requested',
      ReturnResolved: 'requested',
      'ReturnResolved:last': 'resolved',
    },
    resolved: { ...delivered('resolved'), ReturnRequested: 'requested' },
  },
};

/** From the shelf to the buyer. `leave` tells under which condition goods may be touched and leave the house. */
export const fulfilmentRegion = (leave: (target: string) => Target, open: Ways): Region => ({
  initial: 'open',
  statuses: {
    open: {
      ...stockFacts('open'),
      LinesPicked: leave('open'),
      ShortageReported: 'open',
      LinesReordered: 'open',
      LinesCancelled: 'open',
      OrderCancelled: 'cancelled',
      LinesShipped: leave('partial'),
      'LinesShipped:last': leave('shipped'),
      ...open,
    },
    partial: {
      ...stockFacts('partial'),
      LinesPicked: leave('partial'),
      ShortageReported: 'partial',
      LinesReordered: 'partial',
      LinesCancelled: 'partial',
      'LinesCancelled:last': 'shipped',
      LinesShipped: leave('partial'),
      'LinesShipped:last': leave('shipped'),
      LinesDelivered: 'partial',
    },
    shipped: {
      ...stockFacts('shipped'),
      LinesDelivered: 'shipped',
      'LinesDelivered:last': 'delivered',
      DeliveryCompleted: {
        target: 'delivered',
        when: { afterSale: ['returnable', 'requested', 'resolved'] },
      },
    },
    delivered: stockFacts('delivered'),
    cancelled: stockFacts('cancelled'),
  },
});
