import {
  accept,
  refuseState,
  type Decision,
  type ReactContext,
  type Reaction,
  type SentCommand,
} from '@orderloom/decider';
import type { CancelLegData, JoinItineraryData, OrderEvent } from '../../messages/generated/order.ts';
import type { TenantState } from '../../tenant/state.ts';
import type { Stepper } from '../lifecycle/stepper.ts';
import { everyLine, wanted } from '../lines.ts';
import { lifecycleOf } from '../published.ts';
import type { CommandRules, EventFolds, OrderContext } from '../slice.ts';
import type { OrderState } from '../state.ts';
import { wholeOrderCancelled } from './cancelling.ts';

// An order is a leg of an itinerary until all of its legs could be sent. Till then nothing of it leaves, and whatever becomes
// of one leg becomes of all.

/** Refuses to let units leave before the other legs could follow. */
export const refuseInItinerary = ({ itinerary }: OrderState): Decision<never> | undefined =>
  itinerary === undefined
    ? undefined
    : refuseState('itinerary-open', `the order waits for the other legs of itinerary ${itinerary}`);

const notIn = (itineraryId: string): Decision<never> =>
  refuseState('not-in-itinerary', `nothing of the order is in itinerary ${itineraryId} any more`);

const isGone = (state: OrderState): boolean => everyLine(state, wanted).length === 0;

const cancelLeg = (
  state: OrderState,
  { itineraryId }: CancelLegData,
  context: OrderContext,
): Decision<OrderEvent> => {
  if (state.itinerary !== itineraryId || isGone(state)) return notIn(itineraryId);
  const events = wholeOrderCancelled(state, 'itinerary-failed', context);
  return events.length > 0
    ? accept(...events)
    : refuseState('leg-stays', 'the order cannot be cancelled any more; it goes on by itself');
};

const leave = (state: OrderState, data: JoinItineraryData): Decision<OrderEvent> =>
  state.itinerary === data.itineraryId ? accept({ type: 'ItineraryLeft', data }) : notIn(data.itineraryId);

export const travellingCommands: CommandRules<'JoinItinerary' | 'LeaveItinerary' | 'CancelLeg'> = {
  JoinItinerary: {
    ...{ emits: ['ItineraryJoined'], gate: [], mayRefuse: false, internal: true },
    decide: (_state, data) => accept({ type: 'ItineraryJoined', data }),
  },
  LeaveItinerary: {
    ...{ emits: ['ItineraryLeft', 'FulfilmentRequested'], gate: [], mayRefuse: true, internal: true },
    decide: leave,
  },
  CancelLeg: {
    emits: [
      ...(['FulfilmentReduced', 'OrderCancelled', 'RefundDue', 'RefundWithheld'] as const),
      ...(['PaymentVoided', 'BillVoided'] as const),
    ],
    ...{ gate: [], mayRefuse: true, internal: true, decide: cancelLeg },
  },
};

export const travellingEvents: EventFolds<'ItineraryJoined' | 'ItineraryLeft'> = {
  ItineraryJoined: (_state, { itineraryId }) => ({ itinerary: itineraryId }),
  ItineraryLeft: () => ({ itinerary: null }),
};

const NOTHING: readonly SentCommand[] = [];

/** Whether all of it could be sent if it stood alone: goods may leave, and stock holds what it counts. */
const couldBeSent = (state: OrderState, stepper: Stepper, global: TenantState): boolean => {
  const lifecycle = lifecycleOf(global, state.lifecycle);
  const may = (symbol: string): boolean =>
    lifecycle !== undefined && stepper.next(lifecycle, state.status, symbol) >= 0;
  const isMissing = everyLine(state, (line, counts) =>
    line.location === null ? counts.short : wanted(line, counts) - counts.reserved - counts.shipped,
  );
  return (may('LinesShipped') || may('LinesShipped:last')) && isMissing.length === 0;
};

/** A process manager of every event behind which an order could be sent: its itinerary waits for that. */
export const legReady = (stepper: Stepper): Reaction<OrderState, object, TenantState> => ({
  sends: ['RecordLegReady'],
  react: (state, _data, { key: orderId }, { global }: ReactContext<TenantState>) =>
    state.itinerary === undefined || !couldBeSent(state, stepper, global)
      ? NOTHING
      : [
          {
            to: { type: 'itinerary', key: state.itinerary },
            command: { type: 'RecordLegReady', data: { orderId } },
          },
        ],
});

/** A process manager of an event that takes an order, or a part of it, out of an itinerary. */
export const legLost = (cause: OrderEvent['type']): Reaction<OrderState> => ({
  sends: ['RecordLegLost'],
  react: (state, _data, { key: orderId }) =>
    state.itinerary === undefined
      ? NOTHING
      : [
          {
            to: { type: 'itinerary', key: state.itinerary },
            command: { type: 'RecordLegLost', data: { orderId, cause, whole: isGone(state) } },
          },
        ],
});
