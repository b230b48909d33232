import { overrideTo, type LifecycleDefinition } from '../lifecycle/definition.ts';
import { afterSale, fulfilmentRegion, holdRegion, paidStatuses, work } from './regions.ts';

/** Ship, then pay. Goods may leave before the order is confirmed; it is paid after that, with reminders. */
export const terms: LifecycleDefinition = {
  name: 'terms',
  version: 2,
  regions: {
    payment: {
      initial: 'unconfirmed',
      statuses: {
        unconfirmed: {
          OrderConfirmed: 'due',
          OrderCancelled: { target: 'void', when: { fulfilment: ['open'] } },
        },
        due: {
          ...work('due'),
          PaymentFailed: 'due',
          PaymentConfirmed: 'paid',
          ReminderSent: 'due',
          PaymentVoided: 'void',
          [overrideTo('payment.void')]: 'void',
          OrderCancelled: { target: 'void', when: { fulfilment: ['open'] } },
        },
        ...paidStatuses,
      },
    },
    fulfilment: fulfilmentRegion({}, {}),
    afterSale,
    hold: holdRegion({}),
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
