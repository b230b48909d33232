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
export const withFilled = (
  state: StockState,
  ...decided: readonly [StockEvent, ...StockEvent[]]
): Decision<StockEvent> => {
  const { backorders = NONE, available } = decided.reduce(evolveStock, state);
  if (backorders.length === 0) return accept(...decided);
  const events = [...decided];
  let left = available;
  for (const backorder of backorders) {
    left -= backorder.quantity;
    if (left < 0) break;
    const { orderId, lineId, quantity } = backorder;
    events.push({ type: 'BackorderFilled', data: { orderId, lineId, quantity } });
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

/** When the first of those who wait waits no longer, ms; `undefined`: nobody's time is limited. */
export const firstDue = ({ backorders = NONE }: StockState): number | undefined => {
  const dues = backorders.flatMap(({ due }) => (due === null ? [] : [due]));
  return dues.length === 0 ? undefined : Math.min(...dues);
};

/** Whoever has waited as long as its rule lets it makes room for the next one. */
export const expireBackorders = (state: StockState, now: number): Decision<StockEvent> => {
  const [first, ...more] = (state.backorders ?? NONE)
    .filter(({ due }) => due !== null && due <= now)
    .map(({ orderId, lineId, quantity }): StockEvent => ({
      type: 'BackorderExpired',
      data: { orderId, lineId, quantity },
    }));
  return first === undefined
    ? refuseMissing('unknown-backorder', 'nobody has waited too long')
    : withFilled(state, first, ...more);
};
