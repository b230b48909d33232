import type { LifecycleDefinition } from '../lifecycle/definition.ts';
import { afterSale, fulfilmentRegion, paidStatuses } from './regions.ts';

/** Ship, then pay. Goods may leave before the order is confirmed; it is paid after that, with reminders. */
export const terms: LifecycleDefinition = {
  name: 'terms',
  version: 1,
  regions: {
    payment: {
      initial: 'unconfirmed',
      statuses: {
        unconfirmed: {
          OrderConfirmed: 'due',
          OrderCancelled: { target: 'void', when: { fulfilment: ['open'] } },
        },
        due: {
          PaymentFailed: 'due',
          PaymentConfirmed: 'paid',
          ReminderSent: 'due',
          PaymentVoided: 'void',
          OrderCancelled: { target: 'void', when: { fulfilment: ['open'] } },
        },
        ...paidStatuses,
      },
    },
    fulfilment: fulfilmentRegion((target) => target, {}),
    afterSale,
  },
  deadlines: [
    {
      name: 'reminder',
      starts: ['OrderConfirmed', 'ReminderSent'],
      while: { payment: ['due'] },
      after: 'reminderAfterMs',
      command: 'RemindPayment',
      atMost: 'maxReminders',
    },
  ],
};
