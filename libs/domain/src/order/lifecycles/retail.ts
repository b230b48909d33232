import type { LifecycleDefinition } from '../lifecycle/definition.ts';
import {
  afterSale,
  closingDeadlines,
  fulfilmentRegion,
  holdRegion,
  paidStatuses,
  unpaidStatuses,
  WHEN_PAID,
} from './regions.ts';

/** Pay, then ship. What is not paid in time is cancelled. */
export const retail: LifecycleDefinition = {
  name: 'retail',
  version: 6,
  regions: {
    payment: {
      initial: 'awaiting',
      statuses: {
        ...unpaidStatuses('awaiting', {
          always: { OrderCancelled: { target: 'void', when: { fulfilment: ['open'] } } },
          idle: { PaymentTimedOut: 'void', BillIssued: 'billed' },
          billed: { BillPaid: 'awaiting' },
        }),
        ...paidStatuses,
      },
    },
    fulfilment: fulfilmentRegion(WHEN_PAID, {
      PaymentTimedOut: { target: 'cancelled', when: { payment: ['awaiting'] } },
    }),
    afterSale,
    hold: holdRegion({
      PaymentTimedOut: { target: 'clear', when: { payment: ['awaiting'], fulfilment: ['open'] } },
    }),
  },
  deadlines: [
    {
      name: 'payment',
      starts: ['OrderPlaced', 'BillPaid'],
      while: { payment: ['awaiting'] },
      sleeps: { payment: ['paying', 'unknown', 'billed'] },
      after: 'paymentTimeoutMs',
      command: 'TimeOutPayment',
    },
    ...closingDeadlines,
  ],
};
