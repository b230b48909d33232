import type { StockEvent } from '../messages/generated/stock.ts';
import type { StockState } from './state.ts';

type Pieces = Pick<StockState, 'available' | 'held' | 'shipped'>;

const moved = (state: StockState, pieces: Pieces): StockState => ({
  known: true,
  received: state.received,
  adjusted: state.adjusted,
  available: pieces.available,
  held: pieces.held,
  shipped: pieces.shipped,
});

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
