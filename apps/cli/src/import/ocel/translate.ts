import type { OutsideCommand } from '../../connection/outside-command.ts';
import type { MappingOptions, OrderMemory, Translation } from '../mapping.ts';
import type { Activity } from './activities.ts';
import { billing } from './bill.ts';
import type { OcelRow } from './row.ts';

type Piece = { readonly orderId: string; readonly lineId: string };
type Known = {
  readonly row: OcelRow;
  /** Ids of the orders that the row names. */
  readonly orders: readonly string[];
  /** The row's items with their orders, in the row's order. */
  readonly pieces: readonly Piece[];
};
type Writing = (known: Known) => readonly OutsideCommand[];

const toOrder = (key: string, type: string, data: object): OutsideCommand => ({
  collection: 'orders',
  key,
  type,
  data,
});

const quantities = (pieces: readonly Piece[]): readonly object[] =>
  pieces.map(({ lineId }) => ({ lineId, quantity: 1 }));

/** One command for each order that has items in the row. */
const perOrder =
  (type: string): Writing =>
  ({ pieces }) =>
    [...new Set(pieces.map(({ orderId }) => orderId))].map((orderId) =>
      toOrder(orderId, type, { lines: quantities(pieces.filter((piece) => piece.orderId === orderId)) }),
    );

const eachOrder =
  (type: string): Writing =>
  ({ orders }) =>
    orders.map((orderId) => toOrder(orderId, type, {}));

const toParcel =
  (type: string, dataOf: (known: Known) => object): Writing =>
  (known) =>
    known.row.packages.map((key) => ({ collection: 'parcels', key, type, data: dataOf(known) }));

/** Activities but for placing and paying, whose commands need the bill. */
const WRITINGS: Readonly<Record<Exclude<Activity, 'place order' | 'pay order'>, Writing>> = {
  'confirm order': eachOrder('ConfirmOrder'),
  'payment reminder': eachOrder('SendReminder'),
  'pick item': perOrder('PickLines'),
  'item out of stock': perOrder('ReportShortage'),
  'reorder item': perOrder('ReorderLines'),
  'create package': toParcel('CreateParcel', ({ row, pieces }) => ({
    contents: pieces.map((piece) => ({ ...piece, quantity: 1 })),
    ...(row.weightGrams !== null && { weightGrams: row.weightGrams }),
  })),
  'send package': toParcel('DispatchParcel', () => ({})),
  'failed delivery': toParcel('RecordFailedAttempt', () => ({ reason: 'failed delivery' })),
  'package delivered': toParcel('ConfirmParcelDelivery', () => ({})),
};

const refused = (code: string, what: string, name: string): Translation => ({
  refused: { code, reason: `${what} ${name} was not placed before this row` },
});

/** Name of the provider in imported payments: the log does not say who moved the money. */
const PROVIDER = 'import';

/** Learns the log, and gives the commands of one row. See docs/how-to/import-ocel.md for the mapping. */
export const ocelTranslator = (
  rows: readonly OcelRow[],
  { currency }: MappingOptions,
): ((row: OcelRow, memory: OrderMemory) => Translation) => {
  const placings = rows.filter(({ activity }) => activity === 'place order');
  const billOf = billing(rows);
  const orderOfItem = new Map(
    placings.flatMap(({ orders, items }) => items.map((item) => [item, orders[0] ?? ''])),
  );
  const totals = new Map(placings.map((row) => [row.orders[0] ?? '', row.price ?? 0]));

  const place = (row: OcelRow): Translation => {
    const { lines, ...amounts } = billOf(row);
    const data = {
      ...{ lifecycle: 'terms', currency, ...amounts },
      lines: lines.map((line) => ({ ...line, quantity: 1 })),
      externalId: row.orders[0],
    };
    return { commands: [toOrder('', 'PlaceOrder', data)] };
  };

  const pay = (row: OcelRow, orders: readonly string[]): readonly OutsideCommand[] =>
    orders.map((orderId, index) =>
      toOrder(orderId, 'ConfirmPayment', {
        ...{ paymentId: `ocel-${row.id}`, amount: totals.get(row.orders[index] ?? '') ?? 0 },
        ...{ currency, provider: PROVIDER },
      }),
    );

  return (row, memory) => {
    const { activity } = row;
    if (activity === 'place order') return place(row);
    const orders: string[] = [];
    for (const name of row.orders) {
      const orderId = memory.orderIdOf(name);
      if (orderId === undefined) return refused('unknown-order', 'order', name);
      orders.push(orderId);
    }
    const pieces: Piece[] = [];
    for (const item of row.items) {
      const orderId = memory.orderIdOf(orderOfItem.get(item) ?? '');
      if (orderId === undefined) return refused('unknown-item', 'item', item);
      pieces.push({ orderId, lineId: item });
    }
    return {
      commands: activity === 'pay order' ? pay(row, orders) : WRITINGS[activity]({ row, orders, pieces }),
    };
  };
};
