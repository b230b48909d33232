import { accept, refuseMissing, refuseState, type Decision } from '@orderloom/decider';
import type { DropBackorderData, PlaceBackorderData, StockEvent } from '../messages/generated/stock.ts';
import { evolveStock } from './evolve.ts';
import type { Backorder, StockState } from './state.ts';

// Lines that wait for pieces, in turn: whoever has waited longest gets the first ones that come.

/** Lines that wait at one location: more than this wait without a place in the queue, as `wait` says. */
const MOST_BACKORDERS = 1_000;

const NONE: readonly Backorder[] = [];

/** A line's place in the queue. */
export const backorderOf = (
  { backorders = NONE }: StockState,
  { orderId, lineId }: DropBackorderData,
): Backorder | undefined => backorders.find((one) => one.orderId === orderId && one.lineId === lineId);

/** What a decision means for those who wait: as many as there are pieces for, nobody before whoever waited longer. */
export const withFilled = (state: StockState, event: StockEvent): Decision<StockEvent> => {
  const { backorders = NONE, available } = evolveStock(state, event);
  if (backorders.length === 0) return accept(event);
  const events = [event];
  let left = available;
  for (const backorder of backorders) {
    left -= backorder.quantity;
    if (left < 0) break;
    events.push({ type: 'BackorderFilled', data: backorder });
  }
  return accept(...events);
};

export const placeBackorder = (state: StockState, data: PlaceBackorderData): Decision<StockEvent> => {
  if (backorderOf(state, data))
    return refuseState('backorder-exists', `line ${data.lineId} of order ${data.orderId} waits already`);
  if ((state.backorders ?? NONE).length >= MOST_BACKORDERS)
    return refuseState('too-many-backorders', `${MOST_BACKORDERS} lines wait here; no more can`);
  return withFilled(state, { type: 'BackorderPlaced', data });
};

export const dropBackorder = (state: StockState, data: DropBackorderData): Decision<StockEvent> =>
  backorderOf(state, data)
    ? withFilled(state, { type: 'BackorderDropped', data })
    : refuseMissing('unknown-backorder', `line ${data.lineId} of order ${data.orderId} does not wait here`);
