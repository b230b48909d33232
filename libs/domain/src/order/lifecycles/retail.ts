import type { LifecycleDefinition } from '../lifecycle/definition.ts';
import { afterSale, fulfilmentRegion, holdRegion, paidStatuses, WHEN_PAID } from './regions.ts';

/** Pay, then ship. What is not paid in time is cancelled. */
export const retail: LifecycleDefinition = {
  name: 'retail',
  version: 2,
  regions: {
    payment: {
      initial: 'awaiting',
      statuses: {
        awaiting: {
          PaymentFailed: 'awaiting',
          PaymentConfirmed: 'paid',
          PaymentTimedOut: 'void',
          OrderCancelled: { target: 'void', when: { fulfilment: ['open'] } },
        },
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
      starts: ['OrderPlaced'],
      while: { payment: ['awaiting'] },
      after: 'paymentTimeoutMs',
      command: 'TimeOutPayment',
    },
  ],
};
