import { accept, refuseState, type Decision } from '@orderloom/decider';
import type { CancelOrderData, OrderEvent } from '../../messages/generated/order.ts';
import type { LineQuantity, PlacedLine } from '../../messages/generated/types.ts';
import { giveBack, keptMoney, outstanding, reducedBy, refundDue, shareOf } from '../giving-back.ts';
import { changedLines, everyLine, namedLines, refuseUnlessWithin, toShip, wanted } from '../lines.ts';
import { allPartsReduced, partsReduced } from '../parts.ts';
import type { CommandRules, EventFolds, OrderContext } from '../slice.ts';
import { letGo, type Change, type LineCounts, type OrderState } from '../state.ts';

// An order is cancelled, whole or in part. Before payment less is owed; behind it the exact share goes back.

/** The end of the whole order, and what goes back of its money; nothing where it cannot be cancelled whole any more. */
export const wholeOrderCancelled = (
  state: OrderState,
  reason: string,
  context: OrderContext,
): readonly OrderEvent[] => {
  if (!context.may('OrderCancelled')) return [];
  const released = everyLine(state, (_line, counts) => counts.reserved);
  const { buyerId } = state.placed;
  return [
    ...allPartsReduced(state, context.stream.key),
    { type: 'OrderCancelled', data: { buyerId, reason, released } },
    ...refundDue(state, keptMoney(state), context),
  ];
};

const cancelWhole = (state: OrderState, reason: string, context: OrderContext): Decision<OrderEvent> => {
  const events = wholeOrderCancelled(state, reason, context);
  return events.length > 0
    ? accept(...events)
    : refuseState('partly-shipped', 'units of the order have left; name the lines that are to be cancelled');
};

/** Of a line's reserved units, those that nobody needs once so many are cancelled. */
const freed = (line: PlacedLine, counts: LineCounts, cancelled: number): number =>
  Math.max(0, counts.reserved - (toShip(line, counts) - cancelled));

const cancelPart = (
  state: OrderState,
  lines: readonly LineQuantity[],
  reason: string,
  context: OrderContext,
): Decision<OrderEvent> => {
  const named = namedLines(state, lines);
  const left = (limit: typeof toShip) =>
    everyLine(state, limit).reduce((sum, { quantity }) => sum + quantity, 0) -
    lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const last = left(toShip) === 0;
  const amount = shareOf(state, lines);
  if (state.money.paid > 0 && amount > outstanding(state) && !context.may('RefundDue'))
    return refuseState(
      'deposit-paid',
      'what would be left costs less than was paid; cancel the whole order, or have the balance paid first',
    );
  const released = named
    .map(({ line, counts, quantity }) => ({ lineId: line.lineId, quantity: freed(line, counts, quantity) }))
    .filter(({ quantity }) => quantity > 0);
  const events: OrderEvent[] = [
    ...partsReduced(state, context.stream.key, lines),
    { type: 'LinesCancelled', data: { lines, reason, amount, released, last } },
    ...giveBack(state, amount, context),
  ];
  if (left((line, counts) => wanted(line, counts) - counts.delivered) === 0)
    events.push({ type: 'DeliveryCompleted', data: { buyerId: state.placed.buyerId } });
  return accept(...events);
};

/** Units are cancelled, with what follows for the money; `lines` null: all of them. */
export const cancel = (
  state: OrderState,
  data: CancelOrderData,
  context: OrderContext,
): Decision<OrderEvent> => {
  const { lines, reason } = data;
  if (lines === null) return cancelWhole(state, reason, context);
  const refusal = refuseUnlessWithin(state, lines, toShip, 'cancelled');
  if (refusal) return refusal;
  const everything = everyLine(state, wanted).every(({ lineId, quantity }) =>
    lines.some((line) => line.lineId === lineId && line.quantity === quantity),
  );
  // Of an order that has arrived and is sent again as a whole, all that is wanted can be cancelled too: it is a part of its life.
  return everything && context.may('OrderCancelled')
    ? cancelWhole(state, reason, context)
    : cancelPart(state, lines, reason, context);
};

export const cancellingCommands: CommandRules<'CancelOrder'> = {
  CancelOrder: {
    emits: [
      ...(['FulfilmentReduced', 'OrderCancelled', 'LinesCancelled', 'RefundDue'] as const),
      ...(['PaymentVoided', 'DeliveryCompleted', 'BillVoided'] as const),
    ],
    gate: ['OrderCancelled', 'LinesCancelled', 'LinesCancelled:last'],
    mayRefuse: true,
    decide: cancel,
  },
};

const cancelled = (counts: LineCounts, quantity: number, line: PlacedLine): LineCounts => {
  const left = wanted(line, counts) - quantity;
  const picked = Math.min(counts.picked, left);
  return {
    ...counts,
    cancelled: counts.cancelled + quantity,
    reserved: counts.reserved - freed(line, counts, quantity),
    picked,
    short: Math.min(counts.short, left - picked),
  };
};

/** Nothing is wanted and nothing is owed any more. */
export const cancelledWhole = (state: OrderState): Change => ({
  lines: changedLines(state, everyLine(state, toShip), cancelled),
  money: reducedBy(state, outstanding(state)),
  handling: letGo(state),
});

export const cancellingEvents: EventFolds<'OrderCancelled' | 'LinesCancelled'> = {
  OrderCancelled: cancelledWhole,
  LinesCancelled: (state, { lines, amount, last }) => ({
    lines: changedLines(state, lines, cancelled),
    money: reducedBy(state, amount),
    handling: last ? letGo(state) : state.handling,
  }),
};
