import type { StockEvent } from '../messages/generated/stock.ts';
import type { Backorder, StockState } from './state.ts';

type Pieces = Pick<StockState, 'available' | 'held' | 'shipped'>;

const moved = (state: StockState, pieces: Pieces): StockState => {
  const { backorders, expectedAt } = state;
  const next: StockState = {
    known: true,
    received: state.received,
    adjusted: state.adjusted,
    available: pieces.available,
    held: pieces.held,
    shipped: pieces.shipped,
  };
  // What almost no stock has is no member of its state.
  return backorders === undefined && expectedAt === undefined
    ? next
    : {
        ...next,
        ...(backorders !== undefined && { backorders }),
        ...(expectedAt !== undefined && { expectedAt }),
      };
};

/** The queue without a line. */
const without = (
  { backorders = [], ...state }: StockState,
  { orderId, lineId }: Pick<Backorder, 'orderId' | 'lineId'>,
): StockState => {
  const left = backorders.filter((one) => one.orderId !== orderId || one.lineId !== lineId);
  return left.length === 0 ? state : { ...state, backorders: left };
};

/** Every event moves pieces between the three places; only an arrival or a correction changes their sum. */
export const evolveStock = (state: StockState, event: StockEvent): StockState => {
  const { available, held, shipped } = state;
  switch (event.type) {
    case 'StockReceived': {
      const { quantity } = event.data;
      return { ...state, known: true, received: state.received + quantity, available: available + quantity };
    }
    case 'StockAdjusted': {
      const { delta } = event.data;
      return { ...state, adjusted: state.adjusted + delta, available: available + delta };
    }
    case 'StockReserved':
      return moved(state, {
        available: available - event.data.quantity,
        held: held + event.data.quantity,
        shipped,
      });
    case 'BackorderPlaced':
      return { ...state, backorders: [...(state.backorders ?? []), event.data] };
    case 'BackorderFilled': {
      const { quantity } = event.data;
      const pieces = { available: available - quantity, held: held + quantity, shipped };
      return moved(without(state, event.data), pieces);
    }
    case 'BackorderDropped':
    case 'BackorderExpired':
      return without(state, event.data);
    case 'StockExpected': {
      const { expectedAt: _before, ...rest } = state;
      return event.data.at === null ? rest : { ...rest, expectedAt: event.data.at };
    }
    case 'StockConfirmed':
      return moved(state, {
        available,
        held: held - event.data.quantity,
        shipped: shipped + event.data.quantity,
      });
    case 'StockReleased':
      return moved(state, {
        available: available + event.data.quantity,
        held: held - event.data.quantity,
        shipped,
      });
    case 'StockRestocked':
      return moved(state, {
        available: available + event.data.quantity,
        held,
        shipped: shipped - event.data.quantity,
      });
  }
};
