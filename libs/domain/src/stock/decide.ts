import {
  accept,
  refuseContent,
  refuseMissing,
  refuseState,
  type DecideContext,
  type Decision,
} from '@orderloom/decider';
import type { StockCommand, StockEvent } from '../messages/generated/stock.ts';
import { backorderOf, dropBackorder, expireBackorders, placeBackorder, withFilled } from './backorders.ts';
import type { StockState } from './state.ts';

const unknownSku = (key: string) =>
  refuseMissing('unknown-sku', `${key} has never been received; receive it before anything is reserved`);

const insufficient = (key: string, state: StockState, wanted: number) =>
  refuseState('insufficient-stock', `${key} has ${state.available} available, ${wanted} wanted`);

const unknownReservation = (key: string, state: StockState, wanted: number) =>
  refuseState('unknown-reservation', `${key} holds ${state.held} for orders, not ${wanted}`);

/** What a location does with pieces: it never promises one that it does not have. */
export const decideStock = (
  state: StockState,
  command: StockCommand,
  context: Pick<DecideContext, 'stream' | 'now'>,
): Decision<StockEvent> => {
  const key = context.stream.key;
  if (command.type === 'ReceiveStock')
    return withFilled(state, { type: 'StockReceived', data: command.data });
  if (!state.known) return unknownSku(key);
  switch (command.type) {
    case 'AdjustStock':
      if (command.data.delta === 0)
        return refuseContent('nothing-to-adjust', 'a correction of zero changes nothing', '/delta');
      if (state.available + command.data.delta < 0) return insufficient(key, state, -command.data.delta);
      return withFilled(state, { type: 'StockAdjusted', data: command.data });
    case 'ReserveStock':
      if (backorderOf(state, command.data))
        return refuseState('backorder-exists', `the line waits for ${key} already, and keeps its place`);
      // Nobody overtakes those who wait.
      if (command.data.quantity > state.available || state.backorders !== undefined)
        return insufficient(key, state, command.data.quantity);
      return accept({ type: 'StockReserved', data: command.data });
    case 'PlaceBackorder':
      return placeBackorder(state, command.data);
    case 'DropBackorder':
      return dropBackorder(state, command.data);
    case 'ExpireBackorders':
      return expireBackorders(state, context.now);
    case 'ExpectStock':
      return accept({ type: 'StockExpected', data: command.data });
    case 'ConfirmStock':
      if (command.data.quantity > state.held) return unknownReservation(key, state, command.data.quantity);
      return accept({ type: 'StockConfirmed', data: command.data });
    case 'ReleaseStock':
      if (command.data.quantity > state.held) return unknownReservation(key, state, command.data.quantity);
      return withFilled(state, { type: 'StockReleased', data: command.data });
    case 'RestockStock':
      if (command.data.quantity > state.shipped)
        return refuseState(
          'more-than-shipped',
          `${state.shipped} pieces of ${key} are out; ${command.data.quantity} cannot come back`,
        );
      return withFilled(state, { type: 'StockRestocked', data: command.data });
  }
};
