import { accept, type Decision, type Reaction } from '@orderloom/decider';
import type {
  LinesRelocatedData,
  OrderEvent,
  RecordReservationRefusedData,
} from '../../messages/generated/order.ts';
import type { LineQuantity, PlacedLine, RelocatedLine } from '../../messages/generated/types.ts';
import { stockKeyOf } from '../../stock/stock-stream.ts';
import { sourcingOf } from '../../tenant/sourcing.ts';
import type { TenantState } from '../../tenant/state.ts';
import { changedLines, everyLine, namedLines, refuseUnlessWithin, toShip } from '../lines.ts';
import type { CommandRules, EventFolds, OrderContext } from '../slice.ts';
import type { LineCounts, OrderState } from '../state.ts';
import { cancel } from './cancelling.ts';
import { stockMove } from './reserving.ts';

// When stock is asked, where it is asked next, and what becomes of what no location has: by the rule of the sku.

const anyUnits = (): number => Number.MAX_SAFE_INTEGER;

/** A line is served by one location, so it moves on only as a whole, and before anything of it is held or has left. */
const isWhole = (line: PlacedLine, { asked, reserved, shipped, cancelled }: LineCounts, quantity: number) =>
  quantity === line.quantity && asked === quantity && reserved + shipped + cancelled === 0;

/** Where a line is asked for behind the location that has refused it; `undefined`: there is no other one. */
const nextLocation = ({ sku, location }: PlacedLine, global: TenantState): string | undefined => {
  const { locations } = sourcingOf(global, sku);
  return location === null ? undefined : locations[locations.indexOf(location) + 1];
};

/** The cancellation of units that nobody has, where the rule of their sku wants it and they can still be cancelled. */
const cancelledShort = (
  state: OrderState,
  { lines, code }: RecordReservationRefusedData,
  context: OrderContext,
): readonly OrderEvent[] => {
  const { global, may } = context;
  const named: LineQuantity[] = namedLines(state, lines)
    .filter(({ line }) => sourcingOf(global, line.sku).whenShort === 'cancel')
    .map(({ line, counts, quantity }) => ({
      lineId: line.lineId,
      quantity: Math.min(quantity, toShip(line, counts) - counts.reserved),
    }))
    .filter(({ quantity }) => quantity > 0);
  const possible = ['OrderCancelled', 'LinesCancelled', 'LinesCancelled:last'].some(may);
  if (named.length === 0 || !possible) return [];
  const decision = cancel(state, { lines: named, reason: code }, context);
  return decision.outcome === 'accepted' ? decision.events : [];
};

const recordRefused = (
  state: OrderState,
  data: RecordReservationRefusedData,
  context: OrderContext,
): Decision<OrderEvent> => {
  const refusal = refuseUnlessWithin(state, data.lines, anyUnits, 'reserved');
  if (refusal) return refusal;
  const moved: RelocatedLine[] = [];
  const left: LineQuantity[] = [];
  for (const { line, counts, quantity } of namedLines(state, data.lines)) {
    const { lineId } = line;
    // A line that has a place in a queue stays where that is.
    const stays = data.code === 'backorder-exists' || !isWhole(line, counts, quantity);
    const location = stays ? undefined : nextLocation(line, context.global);
    if (location === undefined) left.push({ lineId, quantity });
    else moved.push({ lineId, quantity, location, from: null, released: 0 });
  }
  const events: OrderEvent[] = [];
  if (moved.length > 0) events.push({ type: 'LinesRelocated', data: { lines: moved } });
  if (left.length > 0) {
    const refused = { lines: left, code: data.code };
    events.push({ type: 'ReservationRefused', data: refused }, ...cancelledShort(state, refused, context));
  }
  return accept(...events);
};

export const sourcingCommands: CommandRules<'RecordReservationRefused'> = {
  RecordReservationRefused: {
    emits: [
      ...(['LinesRelocated', 'ReservationRefused', 'FulfilmentReduced', 'OrderCancelled'] as const),
      ...(['LinesCancelled', 'RefundDue', 'RefundWithheld', 'PaymentVoided', 'DeliveryCompleted'] as const),
    ],
    gate: [],
    mayRefuse: false,
    internal: true,
    decide: recordRefused,
  },
};

/** Units that stock was never asked for. */
const unasked = (line: PlacedLine, counts: LineCounts): number =>
  line.location === null ? 0 : toShip(line, counts) - counts.asked - counts.reserved - counts.short;

/** Stock is asked for what was to be reserved later. To be decided where goods may leave. */
export const reservationRequested = (state: OrderState): readonly OrderEvent[] => {
  const lines = everyLine(state, unasked);
  return lines.length === 0 ? [] : [{ type: 'ReservationRequested', data: { lines } }];
};

const relocated = (lines: readonly PlacedLine[], moved: readonly RelocatedLine[]): readonly PlacedLine[] =>
  lines.map((line) => {
    const found = moved.find(({ lineId }) => lineId === line.lineId);
    return found ? { ...line, location: found.location } : line;
  });

/** What the old location held is asked of the new one. */
const lettingGo = (state: OrderState, moved: readonly RelocatedLine[]): readonly LineCounts[] => {
  const released = moved
    .filter((line) => line.released > 0)
    .map((line) => ({ lineId: line.lineId, quantity: line.released }));
  return changedLines(state, released, (counts, quantity) => ({
    ...counts,
    asked: counts.asked + quantity,
    reserved: counts.reserved - quantity,
  }));
};

/** A process manager that tells the location that lines have left to let go of what it holds for them, and asks the new one. */
export const moveStock: Reaction<OrderState, LinesRelocatedData> = {
  sends: ['ReleaseStock', 'ReserveStock'],
  react: (state, { lines }, { key: orderId }) =>
    namedLines(state, lines).flatMap(({ line: { lineId, sku }, quantity }, index) => {
      const { location = '', from = null, released = 0 } = lines[index] ?? {};
      const asked = stockMove('ReserveStock', stockKeyOf(sku, location), { orderId, lineId, quantity });
      return from === null || released === 0
        ? [asked]
        : [stockMove('ReleaseStock', stockKeyOf(sku, from), { orderId, lineId, quantity: released }), asked];
    }),
};

export const sourcingEvents: EventFolds<'LinesRelocated' | 'ReservationRequested'> = {
  LinesRelocated: (state, { lines }) => ({
    placed: { ...state.placed, lines: relocated(state.placed.lines, lines) },
    lines: lettingGo(state, lines),
  }),
  ReservationRequested: (state, { lines }) => ({
    lines: changedLines(state, lines, (counts, quantity) => ({ ...counts, asked: counts.asked + quantity })),
  }),
};
