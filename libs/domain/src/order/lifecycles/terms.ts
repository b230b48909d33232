import { overrideTo, type LifecycleDefinition } from '../lifecycle/definition.ts';
import {
  afterSale,
  closingDeadlines,
  fulfilmentRegion,
  holdRegion,
  paidStatuses,
  unpaidStatuses,
  work,
} from './regions.ts';

/** Ship, then pay. Goods may leave before the order is confirmed; it is paid after that, with reminders. */
export const terms: LifecycleDefinition = {
  name: 'terms',
  version: 6,
  regions: {
    payment: {
      initial: 'unconfirmed',
      statuses: {
        unconfirmed: {
          OrderConfirmed: 'due',
          ChargesAdjusted: 'unconfirmed',
          OrderCancelled: { target: 'void', when: { fulfilment: ['open'] } },
        },
        ...unpaidStatuses('due', {
          always: {
            PaymentVoided: 'void',
            OrderCancelled: { target: 'void', when: { fulfilment: ['open'] } },
          },
          idle: { ...work('due'), ReminderSent: 'due', [overrideTo('payment.void')]: 'void' },
        }),
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
      sleeps: { payment: ['paying', 'unknown', 'billed'] },
      after: 'reminderAfterMs',
      command: 'RemindPayment',
      atMost: 'maxReminders',
    },
    ...closingDeadlines,
  ],
};
