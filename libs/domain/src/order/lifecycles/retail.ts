import type { LifecycleDefinition } from '../lifecycle/definition.ts';
import { afterSale, fulfilmentRegion, paidStatuses, WHEN_PAID } from './regions.ts';

/** Pay, then ship. What is not paid in time is cancelled. */
export const retail: LifecycleDefinition = {
  name: 'retail',
  version: 1,
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
    fulfilment: fulfilmentRegion((target) => ({ target, when: WHEN_PAID }), {
      PaymentTimedOut: { target: 'cancelled', when: { payment: ['awaiting'] } },
    }),
    afterSale,
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
