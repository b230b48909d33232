import { accept, type Decision } from '@orderloom/decider';
import type { OrderEvent } from '../../messages/generated/order.ts';
import { dueAfter } from '../published.ts';
import type { CommandRules, EventFolds, OrderContext } from '../slice.ts';
import type { OrderState } from '../state.ts';

// The seller confirms an order that is paid later, and the buyer is reminded: by deadline, or because somebody says so.

const confirm = (state: OrderState, _data: object, context: OrderContext): Decision<OrderEvent> => {
  const { now, global, lifecycle } = context;
  const due = dueAfter(lifecycle, 'OrderConfirmed', { policy: global.policy, now, fired: state.reminders });
  return accept({ type: 'OrderConfirmed', data: { due } });
};

const remind =
  (automatic: boolean) =>
  (state: OrderState, _data: object, context: OrderContext): Decision<OrderEvent> => {
    const { now, global, lifecycle } = context;
    const number = state.reminders + 1;
    const due = dueAfter(lifecycle, 'ReminderSent', { policy: global.policy, now, fired: number });
    return accept({ type: 'ReminderSent', data: { number, automatic, due } });
  };

export const confirmingCommands: CommandRules<'ConfirmOrder' | 'SendReminder' | 'RemindPayment'> = {
  ConfirmOrder: { emits: ['OrderConfirmed'], gate: ['OrderConfirmed'], mayRefuse: false, decide: confirm },
  SendReminder: { emits: ['ReminderSent'], gate: ['ReminderSent'], mayRefuse: false, decide: remind(false) },
  RemindPayment: {
    emits: ['ReminderSent'],
    gate: ['ReminderSent'],
    mayRefuse: false,
    internal: true,
    decide: remind(true),
  },
};

export const confirmingEvents: EventFolds<'OrderConfirmed' | 'ReminderSent'> = {
  OrderConfirmed: () => ({}),
  ReminderSent: (_state, { number }) => ({ reminders: number }),
};
