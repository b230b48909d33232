import type { Reaction, Rejection, SentCommand, StreamRef } from '@orderloom/decider';
import type {
  ItineraryCommand,
  ItineraryFailedData,
  ItineraryPlacedData,
  LegKeptData,
} from '../messages/generated/itinerary.ts';
import type { ItineraryState } from './state.ts';

type Told = 'JoinItinerary' | 'LeaveItinerary' | 'CancelLeg';

const toOrder = (orderId: string, type: Told, itineraryId: string): SentCommand => ({
  to: { type: 'order', key: orderId },
  command: { type, data: { itineraryId } },
});

const tell =
  (type: Told) =>
  ({ orders }: ItineraryState, _data: object, { key }: StreamRef): readonly SentCommand[] =>
    orders.map((orderId) => toOrder(orderId, type, key));

/** Each order hears of whom it depends. */
export const joinOrders: Reaction<ItineraryState, ItineraryPlacedData> = {
  sends: ['JoinItinerary'],
  react: tell('JoinItinerary'),
};

/** From now on each goes its own way. */
export const letGo: Reaction<ItineraryState> = { sends: ['LeaveItinerary'], react: tell('LeaveItinerary') };

/** What is left of any of them is cancelled. */
export const cancelOrders: Reaction<ItineraryState, ItineraryFailedData> = {
  sends: ['CancelLeg'],
  react: (state, data, stream) =>
    tell('CancelLeg')(state, data, stream).filter(({ to }) => !data.whole || to.key !== data.orderId),
};

/** What could not be cancelled goes on by itself. */
export const letOneGo: Reaction<ItineraryState, LegKeptData> = {
  sends: ['LeaveItinerary'],
  react: (_state, { orderId }, { key }) => [toOrder(orderId, 'LeaveItinerary', key)],
};

/** An order that is cancelled already has nothing left to cancel; one that cannot be any more is kept. */
export const noteKept = (
  _sent: object,
  { code }: Pick<Rejection, 'code'>,
  { key: orderId }: StreamRef,
): ItineraryCommand | undefined =>
  code === 'not-in-itinerary' ? undefined : { type: 'RecordLegKept', data: { orderId, code } };
