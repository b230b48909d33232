import { accept, refuseMissing, type Decision, type Reaction } from '@orderloom/decider';
import { linesWithout } from '../../fulfilment/evolve.ts';
import { numberOfFulfilment } from '../../fulfilment/fulfilment-key.ts';
import type {
  FulfilmentReducedData,
  FulfilmentRequestedData,
  OrderEvent,
  RecordFulfilmentShippedData,
} from '../../messages/generated/order.ts';
import { refuseUnlessWithin, toPick } from '../lines.ts';
import { reduction } from '../parts.ts';
import type { CommandRules, EventFolds, OrderContext } from '../slice.ts';
import type { OrderState, Part } from '../state.ts';
import { cancel } from './cancelling.ts';
import { refuseUnlessReserved } from './reserving.ts';
import { shippedFrom } from './shipping.ts';

// Warehouses are asked for the parts of an order, and tell what becomes of them. The order decides what that means for its
// goods and its money, in the same transaction: see the guards of the fulfilment's commands.

type Named = { readonly fulfilmentId: string };

/** The part of the order that is named, where there is something of it to be sent. */
export const partNamed = (state: OrderState, { fulfilmentId }: Named): Part | undefined => {
  const part = state.parts[numberOfFulfilment(fulfilmentId) - 1];
  return part && !part.shipped && part.lines.length > 0 ? part : undefined;
};

export const noSuchPart = ({ fulfilmentId }: Named): Decision<never> =>
  refuseMissing('unknown-fulfilment', `the order waits for no fulfilment ${fulfilmentId}`);

const repeat = (state: OrderState, data: Named & { readonly attempt: number }): Decision<OrderEvent> => {
  const part = partNamed(state, data);
  if (!part) return noSuchPart(data);
  const { location, lines } = part;
  return accept({ type: 'FulfilmentRequested', data: { ...data, location, lines } });
};

const picked = (state: OrderState, data: Named): Decision<OrderEvent> => {
  const part = partNamed(state, data);
  if (!part) return noSuchPart(data);
  return (
    refuseUnlessWithin(state, part.lines, toPick, 'picked') ??
    refuseUnlessReserved(state, part.lines, (counts) => counts.picked - counts.shipped) ??
    accept({ type: 'LinesPicked', data: { lines: part.lines } })
  );
};

const shipped = (
  state: OrderState,
  data: RecordFulfilmentShippedData,
  context: OrderContext,
): Decision<OrderEvent> => {
  const part = partNamed(state, data);
  return part ? shippedFrom(state, { ...data, lines: part.lines }, context) : noSuchPart(data);
};

/** The order as if a part of it had not been asked for. */
const without = (state: OrderState, part: Part): OrderState => ({
  ...state,
  parts: state.parts.map((one) => (one === part ? { ...one, lines: [] } : one)),
});

const cancelled = (
  state: OrderState,
  data: Named & { readonly reason: string },
  context: OrderContext,
): Decision<OrderEvent> => {
  const part = partNamed(state, data);
  if (!part) return noSuchPart(data);
  const { lines } = part;
  const decision = cancel(without(state, part), { lines, reason: data.reason }, context);
  return decision.outcome === 'accepted'
    ? accept(reduction(data.fulfilmentId, lines, 'cancelled'), ...decision.events)
    : decision;
};

export const fulfillingCommands: CommandRules<
  | 'RepeatFulfilmentRequest'
  | 'RecordFulfilmentUnanswered'
  | 'RecordFulfilmentAnswered'
  | 'RecordFulfilmentPicked'
  | 'RecordFulfilmentShipped'
  | 'RecordFulfilmentCancelled'
> = {
  RepeatFulfilmentRequest: {
    ...{ emits: ['FulfilmentRequested'], gate: [], mayRefuse: true, internal: true, decide: repeat },
  },
  RecordFulfilmentUnanswered: {
    ...{ emits: ['FulfilmentUnanswered'], gate: [], mayRefuse: true, internal: true },
    decide: (state, data) =>
      partNamed(state, data) ? accept({ type: 'FulfilmentUnanswered', data }) : noSuchPart(data),
  },
  RecordFulfilmentAnswered: {
    ...{ emits: ['FulfilmentAnswered'], gate: [], mayRefuse: true, internal: true },
    decide: (_state, data) => accept({ type: 'FulfilmentAnswered', data }),
  },
  RecordFulfilmentPicked: {
    ...{ emits: ['LinesPicked'], gate: ['LinesPicked'], mayRefuse: true, internal: true, decide: picked },
  },
  RecordFulfilmentShipped: {
    ...{ emits: ['LinesShipped'], gate: ['LinesShipped', 'LinesShipped:last'] },
    ...{ mayRefuse: true, internal: true, decide: shipped },
  },
  RecordFulfilmentCancelled: {
    emits: [
      ...(['FulfilmentReduced', 'OrderCancelled', 'LinesCancelled', 'RefundDue'] as const),
      ...(['RefundWithheld', 'PaymentVoided', 'DeliveryCompleted'] as const),
    ],
    gate: ['OrderCancelled', 'LinesCancelled', 'LinesCancelled:last'],
    ...{ mayRefuse: true, internal: true, decide: cancelled },
  },
};

const changedPart = (
  { parts }: OrderState,
  { fulfilmentId }: Named,
  change: (part: Part) => Part,
): { readonly parts: readonly Part[] } => {
  const index = numberOfFulfilment(fulfilmentId) - 1;
  return { parts: parts.map((part, at) => (at === index ? change(part) : part)) };
};

export const fulfillingEvents: EventFolds<
  'FulfilmentRequested' | 'FulfilmentReduced' | 'FulfilmentUnanswered' | 'FulfilmentAnswered'
> = {
  FulfilmentRequested: ({ parts }, { attempt, location, lines }) =>
    attempt > 1 ? {} : { parts: [...parts, { location, lines, shipped: false, unanswered: false }] },
  FulfilmentReduced: (state, data) =>
    changedPart(state, data, (part) => ({ ...part, lines: linesWithout(part.lines, data.lines) })),
  FulfilmentUnanswered: (state, data) => changedPart(state, data, (part) => ({ ...part, unanswered: true })),
  FulfilmentAnswered: (state, data) => changedPart(state, data, (part) => ({ ...part, unanswered: false })),
};

/** A process manager that opens the fulfilment when a warehouse is asked for the first time. */
export const openFulfilment: Reaction<OrderState, FulfilmentRequestedData> = {
  sends: ['RequestFulfilment'],
  react: (_state, { fulfilmentId, attempt, location, lines }) =>
    attempt > 1
      ? []
      : [
          {
            to: { type: 'fulfilment', key: fulfilmentId },
            command: { type: 'RequestFulfilment', data: { location, lines } },
          },
        ],
};

/** A process manager that tells a fulfilment what it is not to send any more. One that has ended itself knows. */
export const reduceFulfilment: Reaction<OrderState, FulfilmentReducedData> = {
  sends: ['WithdrawLines'],
  react: (_state, { fulfilmentId, lines, why }) => [
    {
      to: { type: 'fulfilment', key: fulfilmentId },
      command: { type: 'WithdrawLines', data: { lines, why } },
    },
  ],
};
