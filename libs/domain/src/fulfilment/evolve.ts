import type { FulfilmentEvent } from '../messages/generated/fulfilment.ts';
import type { LineQuantity } from '../messages/generated/types.ts';
import { noFulfilment, type FulfilmentState } from './state.ts';

/** Lines without the units that are named, and without those of which nothing is left. */
export const linesWithout = (
  lines: readonly LineQuantity[],
  taken: readonly LineQuantity[],
): readonly LineQuantity[] =>
  lines
    .map(({ lineId, quantity }) => {
      const gone = taken.find((one) => one.lineId === lineId)?.quantity ?? 0;
      return { lineId, quantity: quantity - gone };
    })
    .filter(({ quantity }) => quantity > 0);

/** Somebody has answered: nobody is asked again. */
const answered = (state: FulfilmentState, change: Partial<FulfilmentState>): FulfilmentState => ({
  ...state,
  due: null,
  unanswered: false,
  ...change,
});

const ended = (state: FulfilmentState, status: 'cancelled' | 'replaced'): FulfilmentState =>
  answered(state, { status, heldIn: null, lines: [] });

/** Folds one event of a fulfilment. */
export const evolveFulfilment = (state: FulfilmentState, event: FulfilmentEvent): FulfilmentState => {
  switch (event.type) {
    case 'FulfilmentOpened': {
      const { location, lines, due } = event.data;
      return { ...noFulfilment, status: 'requested', location, lines, due, attempt: 1 };
    }
    case 'RequestRepeated':
      return { ...state, attempt: event.data.attempt, due: event.data.due };
    case 'RequestUnanswered':
      return { ...state, due: null, unanswered: true };
    case 'LinesWithdrawn': {
      const lines = linesWithout(state.lines, event.data.lines);
      return lines.length > 0
        ? { ...state, lines }
        : ended(state, event.data.why === 'replaced' ? 'replaced' : 'cancelled');
    }
    case 'FulfilmentAcknowledged':
      return answered(state, { status: 'acknowledged', reference: event.data.reference });
    case 'FulfilmentPicked':
      return answered(state, { status: 'picked' });
    case 'FulfilmentShipped': {
      const { parcelId, carrier, trackingNumber } = event.data;
      return answered(state, { status: 'shipped', parcelId, carrier, trackingNumber });
    }
    case 'DeliveryAttemptFailed':
      return { ...state, failedDeliveries: event.data.attempt };
    case 'FulfilmentDelivered':
      return { ...state, status: 'delivered', proof: event.data.proof };
    case 'FulfilmentCancelled':
      return ended(state, 'cancelled');
    case 'FulfilmentReplaced':
      return ended(state, 'replaced');
    case 'FulfilmentHeld':
      return { ...state, status: 'held', heldIn: state.status };
    case 'FulfilmentReleased':
      return { ...state, status: state.heldIn ?? 'requested', heldIn: null };
  }
};
