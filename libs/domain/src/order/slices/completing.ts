import { accept, refuseState, type Decision } from '@orderloom/decider';
import type { CompleteOrderData, OrderEvent, ReviewOrderData } from '../../messages/generated/order.ts';
import { isDisputed } from '../disputes.ts';
import { refusePersonalText } from '../personal-text.ts';
import { dueAfter } from '../published.ts';
import type { CommandRules, EventFolds, OrderContext } from '../slice.ts';
import type { OrderState } from '../state.ts';

// An order that was received is completed: nothing of it comes back any more. Its buyer says how it was, before or after;
// where nobody does anything, its deadlines do, as far as the tenant has any.

/** Nothing is awaited any more where it was reviewed before. */
const complete = (
  state: OrderState,
  reason: string | null,
  { global: { policy }, lifecycle, now }: OrderContext,
): Decision<OrderEvent> => {
  const last = state.review !== undefined;
  const due = last ? null : dueAfter(lifecycle, 'OrderCompleted', { policy, now });
  return accept({ type: 'OrderCompleted', data: { automatic: reason === null, reason, last, due } });
};

const review = (_state: OrderState, { rating }: ReviewOrderData): Decision<OrderEvent> =>
  accept({ type: 'OrderReviewed', data: { rating, automatic: false } });

const endReview = (): Decision<OrderEvent> =>
  accept({ type: 'OrderReviewed', data: { rating: null, automatic: true } });

const GATE = ['OrderCompleted', 'OrderCompleted:last'];

export const completingCommands: CommandRules<
  'CompleteOrder' | 'CompleteByDeadline' | 'ReviewOrder' | 'ReviewByDeadline'
> = {
  CompleteOrder: {
    emits: ['OrderCompleted'],
    gate: GATE,
    applies: (state) => !isDisputed(state),
    shutBy: (state) =>
      isDisputed(state)
        ? refuseState('dispute-open', 'money of the order is disputed; that is to be decided first')
        : undefined,
    mayRefuse: true,
    decide: (state, { reason }: CompleteOrderData, context) =>
      refusePersonalText(reason, '/reason') ?? complete(state, reason, context),
  },
  CompleteByDeadline: {
    emits: ['OrderCompleted'],
    gate: GATE,
    mayRefuse: false,
    internal: true,
    decide: (state, _data, context) => complete(state, null, context),
  },
  ReviewOrder: {
    emits: ['OrderReviewed'],
    gate: ['OrderReviewed'],
    applies: ({ review: known }) => known === undefined,
    mayRefuse: false,
    decide: review,
  },
  ReviewByDeadline: {
    emits: ['OrderReviewed'],
    gate: ['OrderReviewed'],
    mayRefuse: false,
    internal: true,
    decide: endReview,
  },
};

export const completingEvents: EventFolds<'OrderCompleted' | 'OrderReviewed'> = {
  OrderCompleted: () => ({}),
  OrderReviewed: (_state, { rating }) => ({ review: { rating } }),
};
