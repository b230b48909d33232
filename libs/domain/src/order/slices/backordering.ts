import { refuseMissing, type Decision, type Reaction, type SentCommand } from '@orderloom/decider';
import type {
  OrderEvent,
  RecordBackorderExpiredData,
  ReservationRefusedData,
} from '../../messages/generated/order.ts';
import type { LineQuantity } from '../../messages/generated/types.ts';
import { stockKeyOf } from '../../stock/stock-stream.ts';
import { sourcingOf } from '../../tenant/sourcing.ts';
import type { TenantState } from '../../tenant/state.ts';
import { namedLines, type NamedLine } from '../lines.ts';
import type { CommandRules, OrderContext } from '../slice.ts';
import type { OrderState } from '../state.ts';
import { cancel } from './cancelling.ts';

// Units that nobody has wait in turn where they were asked for last, if the rule of their sku says so.

/** Lines that may have a place in a queue, by their rule. */
const waiting = (
  state: OrderState,
  lines: readonly LineQuantity[],
  global: TenantState,
): readonly NamedLine[] =>
  global.sourcing === undefined
    ? []
    : namedLines(state, lines).filter(
        ({ line }) => line.location !== null && sourcingOf(global, line.sku).whenShort === 'backorder',
      );

const toStock = (
  { line: { sku, location } }: NamedLine,
  type: 'PlaceBackorder' | 'DropBackorder',
  data: object,
): SentCommand => ({
  to: { type: 'stock', key: stockKeyOf(sku, location ?? '') },
  command: { type, data },
});

/** A process manager that has missing units wait where they were refused. */
export const awaitStock: Reaction<OrderState, ReservationRefusedData, TenantState> = {
  sends: ['PlaceBackorder'],
  react: (state, { lines }, { key: orderId }, { global, recordedAt }) =>
    waiting(state, lines, global)
      .filter(({ counts }) => counts.short > 0)
      .map((one) => {
        const { line, counts, quantity } = one;
        const { waitAtMostMs } = sourcingOf(global, line.sku);
        const due = waitAtMostMs === 0 ? null : recordedAt + waitAtMostMs;
        const data = { orderId, lineId: line.lineId, quantity: Math.min(quantity, counts.short), due };
        return toStock(one, 'PlaceBackorder', data);
      }),
};

/** A process manager that gives up the place of lines of which nothing is missing any more. */
export const awaitNoMore = <D extends object>(
  linesOf: (data: D, state: OrderState) => readonly LineQuantity[],
): Reaction<OrderState, D, TenantState> => ({
  sends: ['DropBackorder'],
  react: (state, data, { key: orderId }, { global }) =>
    waiting(state, global.sourcing === undefined ? [] : linesOf(data, state), global)
      .filter(({ counts }) => counts.short === 0)
      .map((one) => toStock(one, 'DropBackorder', { orderId, lineId: one.line.lineId })),
});

/** What is still missing of units that have waited too long is cancelled, and its share goes back. */
const expire = (
  state: OrderState,
  { lines }: RecordBackorderExpiredData,
  context: OrderContext,
): Decision<OrderEvent> => {
  const missing = namedLines(state, lines)
    .map(({ line, counts, quantity }) => ({
      lineId: line.lineId,
      quantity: Math.min(quantity, counts.short),
    }))
    .filter(({ quantity }) => quantity > 0);
  return missing.length === 0
    ? refuseMissing('unknown-backorder', 'nothing of the order is missing')
    : cancel(state, { lines: missing, reason: 'backorder-expired' }, context);
};

export const backorderingCommands: CommandRules<'RecordBackorderExpired'> = {
  RecordBackorderExpired: {
    emits: [
      ...(['FulfilmentReduced', 'OrderCancelled', 'LinesCancelled', 'RefundDue'] as const),
      ...(['RefundWithheld', 'PaymentVoided', 'DeliveryCompleted', 'BillVoided'] as const),
    ],
    gate: ['OrderCancelled', 'LinesCancelled', 'LinesCancelled:last'],
    ...{ mayRefuse: true, internal: true, decide: expire },
  },
};
