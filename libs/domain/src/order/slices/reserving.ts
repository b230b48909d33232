import { accept, refuseState, type Decision, type Reaction, type SentCommand } from '@orderloom/decider';
import type { OrderCommand, OrderEvent, RecordReservationData } from '../../messages/generated/order.ts';
import type { LineQuantity } from '../../messages/generated/types.ts';
import { stockKeyOf } from '../../stock/stock-stream.ts';
import { changedLines, namedLines, refuseUnlessWithin, toPick, toShip, unitsTogether } from '../lines.ts';
import type { CommandRules, EventFolds } from '../slice.ts';
import type { LineCounts, OrderState } from '../state.ts';

// Stock holds units for the order, or cannot; what it holds for nobody goes back.

/** Refuses where stock does not hold what is to leave the shelf; lines without a location need no stock. */
export const refuseUnlessReserved = (
  state: OrderState,
  named: readonly LineQuantity[],
  taken: (counts: LineCounts) => number,
): Decision<never> | undefined => {
  for (const { line, counts, quantity } of namedLines(state, named))
    if (line.location !== null && taken(counts) + quantity > counts.reserved)
      return refuseState(
        'not-reserved',
        `stock holds ${counts.reserved} units for line ${line.lineId}; wait for the rest or order it again`,
      );
  return undefined;
};

const anyUnits = (): number => Number.MAX_SAFE_INTEGER;

const record = (state: OrderState, { lines }: RecordReservationData): Decision<OrderEvent> => {
  const refusal = refuseUnlessWithin(state, lines, anyUnits, 'reserved');
  if (refusal) return refusal;
  const kept: LineQuantity[] = [];
  const surplus: LineQuantity[] = [];
  for (const { line, counts, quantity } of namedLines(state, lines)) {
    const keep = Math.min(quantity, Math.max(0, toShip(line, counts) - counts.reserved));
    if (keep > 0) kept.push({ lineId: line.lineId, quantity: keep });
    if (keep < quantity) surplus.push({ lineId: line.lineId, quantity: quantity - keep });
  }
  const events: OrderEvent[] = [];
  if (kept.length > 0) events.push({ type: 'LinesReserved', data: { lines: kept } });
  if (surplus.length > 0) events.push({ type: 'ReservationReturned', data: { lines: surplus } });
  return accept(...events);
};

export const reservingCommands: CommandRules<'RecordReservation'> = {
  RecordReservation: {
    emits: ['LinesReserved', 'ReservationReturned', 'FulfilmentRequested'],
    gate: [],
    mayRefuse: false,
    internal: true,
    merge: (first, second) => ({ lines: unitsTogether(first.lines, second.lines) }),
    decide: record,
  },
};

const answered = (counts: LineCounts, quantity: number): number => Math.max(0, counts.asked - quantity);

export const reservingEvents: EventFolds<'LinesReserved' | 'ReservationRefused' | 'ReservationReturned'> = {
  LinesReserved: (state, { lines }) => ({
    lines: changedLines(state, lines, (counts, quantity) => ({
      ...counts,
      asked: answered(counts, quantity),
      reserved: counts.reserved + quantity,
      // What nobody had asked for at this moment had been missing, and waited.
      short: Math.max(0, counts.short - Math.max(0, quantity - counts.asked)),
    })),
  }),
  ReservationRefused: (state, { lines }) => ({
    lines: changedLines(state, lines, (counts, quantity, line) => ({
      ...counts,
      asked: answered(counts, quantity),
      short: counts.short + Math.min(quantity, toPick(line, counts)),
    })),
  }),
  ReservationReturned: (state, { lines }) => ({
    lines: changedLines(state, lines, (counts, quantity) => ({
      ...counts,
      asked: answered(counts, quantity),
    })),
  }),
};

type StockMove = 'ReserveStock' | 'ConfirmStock' | 'ReleaseStock' | 'RestockStock';

/** A stock hears of units of a line. */
export const stockMove = (
  type: StockMove,
  key: string,
  data: LineQuantity & { readonly orderId: string },
): SentCommand => ({ to: { type: 'stock', key }, command: { type, data } });

/** A process manager that tells the stock of each line, where it has one, what to do with the units named. */
export const tellStock = <D extends object>(
  move: StockMove,
  unitsOf: (data: D) => readonly LineQuantity[],
): Reaction<OrderState, D> => ({
  sends: [move],
  react: (state, data, { key: orderId }) =>
    namedLines(state, unitsOf(data)).flatMap(({ line: { lineId, sku, location }, quantity }) =>
      location === null ? [] : [stockMove(move, stockKeyOf(sku, location), { orderId, lineId, quantity })],
    ),
});

/** What stock's refusal to reserve becomes. */
export const notReserved = (sent: object, { code }: { readonly code: string }): OrderCommand => {
  const { lineId, quantity } = sent as LineQuantity;
  return { type: 'RecordReservationRefused', data: { lines: [{ lineId, quantity }], code } };
};
