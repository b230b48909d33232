import { defineStreamType, slotOf, type Explanation, type Reaction } from '@orderloom/decider';
import type { RecordBackorderExpiredData, RecordReservationData } from '../messages/generated/order.ts';
import type {
  BackorderExpiredData,
  StockCommand,
  StockEvent,
  StockReservedData,
} from '../messages/generated/stock.ts';
import { firstDue } from './backorders.ts';
import { decideStock } from './decide.ts';
import { evolveStock } from './evolve.ts';
import { noStock, type StockState } from './state.ts';

/** The key of the stock of a sku at a location. */
export const stockKeyOf = (sku: string, location: string): string => `${sku}@${location}`;

const tellOrder: Reaction<StockState, StockReservedData> = {
  sends: ['RecordReservation'],
  react: (_state, { orderId, lineId, quantity }) => {
    const data: RecordReservationData = { lines: [{ lineId, quantity }] };
    return [{ to: { type: 'order', key: orderId }, command: { type: 'RecordReservation', data } }];
  },
};

/** What its order hears of a line that has waited too long. */
const tellExpired: Reaction<StockState, BackorderExpiredData> = {
  sends: ['RecordBackorderExpired'],
  react: (_state, { orderId, lineId, quantity }) => {
    const data: RecordBackorderExpiredData = { lines: [{ lineId, quantity }] };
    return [{ to: { type: 'order', key: orderId }, command: { type: 'RecordBackorderExpired', data } }];
  },
};

/** An order that cannot even note its reservation does not keep it. */
const giveBack = (sent: object, orderId: string): StockCommand | undefined => {
  const line = (sent as RecordReservationData).lines[0];
  return line && { type: 'ReleaseStock', data: { orderId, lineId: line.lineId, quantity: line.quantity } };
};

const statusOf = (state: StockState): Explanation['status'] => ({
  status: !state.known ? 'unknown' : state.available > 0 ? 'available' : 'sold-out',
});

const explainStock = (state: StockState): Explanation => ({
  status: statusOf(state),
  allowedCommands: state.known ? ['ReceiveStock', 'AdjustStock', 'ExpectStock'] : ['ReceiveStock'],
  mayRefuse: state.known ? ['AdjustStock'] : [],
});

/**
 * The stream of one sku at one location: key `SKU@LOCATION`. One writer a key, so nothing is sold twice and nobody
 * locks. Pieces are moved for orders only by the orders' process managers; from outside they arrive and are counted.
 */
export const stockStreamType = defineStreamType<StockState, StockCommand, StockEvent, unknown>({
  name: 'stock',
  foldId: 'stock-2',
  decider: { initialState: noStock, decide: decideStock, evolve: evolveStock, isTerminal: () => false },
  closes: 'never',
  slotOf,
  commands: {
    ReceiveStock: { emits: ['StockReceived', 'BackorderFilled'] },
    AdjustStock: { emits: ['StockAdjusted', 'BackorderFilled'] },
    ExpectStock: { emits: ['StockExpected'] },
    ReserveStock: { emits: ['StockReserved'], internal: true },
    ConfirmStock: { emits: ['StockConfirmed'], internal: true },
    ReleaseStock: { emits: ['StockReleased', 'BackorderFilled'], internal: true },
    RestockStock: { emits: ['StockRestocked', 'BackorderFilled'], internal: true },
    PlaceBackorder: { emits: ['BackorderPlaced', 'BackorderFilled'], internal: true },
    ExpireBackorders: { emits: ['BackorderExpired', 'BackorderFilled'], internal: true },
    DropBackorder: { emits: ['BackorderDropped', 'BackorderFilled'], internal: true },
  },
  statusOf,
  explain: explainStock,
  reactions: { StockReserved: tellOrder, BackorderFilled: tellOrder, BackorderExpired: tellExpired },
  nextDeadline: (state) => {
    const due = firstDue(state);
    return due === undefined
      ? undefined
      : { name: 'backorder', due, command: { type: 'ExpireBackorders', data: {} } };
  },
  onRefused: { RecordReservation: (sent, _rejection, from) => giveBack(sent, from.key) },
});
