import { accept, refuseState, type DecideContext, type Decision } from '@orderloom/decider';
import type { ItineraryCommand, ItineraryEvent } from '../messages/generated/itinerary.ts';
import { orderOfLeg } from './itinerary-key.ts';
import type { ItineraryState } from './state.ts';

/** What an order says that has nothing to say to an itinerary: it is no leg of it, or everything is decided. */
const notOpen = (state: ItineraryState, key: string, orderId: string): Decision<never> | undefined => {
  if (!state.orders.includes(orderId))
    return refuseState('not-in-itinerary', `order ${orderId} is no leg of itinerary ${key}`);
  return state.status === 'placed'
    ? undefined
    : refuseState('itinerary-decided', `itinerary ${key} is ${state.status}`);
};

/** All orders, or none: it is confirmed with the last one that could be sent, and fails with the first one that is lost. */
export const decideItinerary = (
  state: ItineraryState,
  command: ItineraryCommand,
  { stream: { key } }: Pick<DecideContext, 'stream'>,
): Decision<ItineraryEvent> => {
  switch (command.type) {
    case 'PlaceItinerary': {
      const { buyerId, legs } = command.data;
      if (state.status !== 'none') return refuseState('itinerary-exists', `itinerary ${key} exists`);
      const orders = legs.map((_leg, index) => orderOfLeg(key, index));
      return accept({ type: 'ItineraryPlaced', data: { buyerId, orders } });
    }
    case 'RecordLegReady': {
      const { orderId } = command.data;
      const refusal = notOpen(state, key, orderId);
      if (refusal) return refusal;
      if (state.ready.includes(orderId))
        return refuseState('itinerary-decided', `order ${orderId} has said so before`);
      const ready: ItineraryEvent = { type: 'LegReady', data: { orderId } };
      const isLast = state.ready.length + 1 === state.orders.length;
      return isLast
        ? accept<ItineraryEvent>(ready, { type: 'ItineraryConfirmed', data: {} })
        : accept<ItineraryEvent>(ready);
    }
    case 'RecordLegLost':
      return (
        notOpen(state, key, command.data.orderId) ?? accept({ type: 'ItineraryFailed', data: command.data })
      );
    case 'RecordLegKept':
      return accept({ type: 'LegKept', data: command.data });
  }
};

export const evolveItinerary = (state: ItineraryState, event: ItineraryEvent): ItineraryState => {
  switch (event.type) {
    case 'ItineraryPlaced':
      return { ...state, status: 'placed', orders: event.data.orders };
    case 'LegReady':
      return { ...state, ready: [...state.ready, event.data.orderId] };
    case 'ItineraryConfirmed':
      return { ...state, status: 'confirmed' };
    case 'ItineraryFailed': {
      const { orderId, cause } = event.data;
      return { ...state, status: 'failed', failure: { orderId, cause } };
    }
    case 'LegKept':
      return { ...state, kept: [...state.kept, event.data.orderId] };
  }
};
