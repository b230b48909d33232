import { accept, refuseContent, refuseState, type Decision } from '@orderloom/decider';
import { numberOfFulfilment } from '../../fulfilment/fulfilment-key.ts';
import type { ConfirmDeliveryData, OrderEvent, ShipLinesData } from '../../messages/generated/order.ts';
import type { LineQuantity } from '../../messages/generated/types.ts';
import { changedLines, everyLine, refuseUnlessWithin, toPick, toShip, wanted } from '../lines.ts';
import { refuseInParts } from '../parts.ts';
import { dueAfter } from '../published.ts';
import type { CommandRules, EventFolds, OrderContext } from '../slice.ts';
import type { LineCounts, OrderState, Parcel, Part } from '../state.ts';
import { refuseUnlessReserved } from './reserving.ts';
import { refuseInItinerary } from './travelling.ts';

// Units leave the house in parcels, as many as it takes, and arrive parcel by parcel.

const parcelOf = (state: OrderState, parcelId: string) =>
  state.parcels.find((parcel) => parcel.parcelId === parcelId);

const units = (lines: readonly LineQuantity[]): number =>
  lines.reduce((sum, { quantity }) => sum + quantity, 0);

/** Picked units may be shipped, and others at once: not every warehouse says that it picks. */
const canLeave = (line: Parameters<typeof toPick>[0], counts: LineCounts): number =>
  counts.picked - counts.shipped + toPick(line, counts);

/** Units leave; `fulfilmentId`: they are a part that a warehouse was asked for. */
export const shippedFrom = (
  state: OrderState,
  { parcelId, lines, fulfilmentId }: ShipLinesData & { readonly fulfilmentId: string | null },
  { global: { policy }, lifecycle, now }: OrderContext,
): Decision<OrderEvent> => {
  if (parcelOf(state, parcelId))
    return refuseContent('parcel-used', `parcel ${parcelId} has units of this order already`, '/parcelId');
  const refusal =
    refuseInItinerary(state) ??
    refuseUnlessWithin(state, lines, canLeave, 'shipped') ??
    refuseUnlessReserved(state, lines, () => 0);
  if (refusal) return refusal;
  const last = units(lines) === units(everyLine(state, toShip));
  const due = dueAfter(lifecycle, 'LinesShipped', { policy, now });
  return accept({ type: 'LinesShipped', data: { parcelId, lines, last, fulfilmentId, due } });
};

const ship = (state: OrderState, data: ShipLinesData, context: OrderContext): Decision<OrderEvent> =>
  refuseInParts(state, data.lines) ?? shippedFrom(state, { ...data, fulfilmentId: null }, context);

/** Units that are wanted and have not arrived. */
const missing = (state: OrderState): number =>
  units(everyLine(state, (line, counts) => wanted(line, counts) - counts.delivered));

const arrival = (
  { parcelId, lines }: Parcel,
  said: { readonly last: boolean; readonly automatic: boolean; readonly buyerId: string | null },
  { global: { policy }, lifecycle, now }: OrderContext,
): OrderEvent => {
  const due = dueAfter(lifecycle, 'LinesDelivered', { policy, now });
  return { type: 'LinesDelivered', data: { parcelId, lines, due, ...said } };
};

const deliver = (
  state: OrderState,
  { parcelId }: ConfirmDeliveryData,
  context: OrderContext,
): Decision<OrderEvent> => {
  const parcel = parcelOf(state, parcelId);
  if (!parcel)
    return refuseContent('parcel-not-of-order', `parcel ${parcelId} has no units of this order`, '/parcelId');
  if (parcel.delivered) return refuseState('parcel-delivered', `parcel ${parcelId} was delivered already`);
  const last = units(parcel.lines) === missing(state);
  return accept(arrival(parcel, { last, automatic: false, buyerId: state.placed.buyerId }, context));
};

/** Everything that is wanted has left, and nobody has said that it came: each parcel that is on its way has. */
const receive = (state: OrderState, _data: object, context: OrderContext): Decision<OrderEvent> => {
  const { buyerId } = state.placed;
  const onTheWay = state.parcels.filter(({ delivered }) => !delivered);
  return accept(
    ...onTheWay.map((parcel, place) =>
      arrival(parcel, { last: place === onTheWay.length - 1, automatic: true, buyerId }, context),
    ),
  );
};

export const shippingCommands: CommandRules<'ShipLines' | 'ConfirmDelivery' | 'ReceiveByDeadline'> = {
  ShipLines: {
    emits: ['LinesShipped'],
    gate: ['LinesShipped', 'LinesShipped:last'],
    mayRefuse: true,
    decide: ship,
  },
  ConfirmDelivery: {
    emits: ['LinesDelivered'],
    gate: ['LinesDelivered', 'LinesDelivered:last'],
    mayRefuse: true,
    decide: deliver,
  },
  ReceiveByDeadline: {
    emits: ['LinesDelivered'],
    gate: ['LinesDelivered:last'],
    mayRefuse: false,
    internal: true,
    decide: receive,
  },
};

const shipped = (counts: LineCounts, quantity: number): LineCounts => ({
  ...counts,
  reserved: Math.max(0, counts.reserved - quantity),
  picked: Math.max(counts.picked, counts.shipped + quantity),
  shipped: counts.shipped + quantity,
});

const withShipped = (parts: readonly Part[], fulfilmentId: string): readonly Part[] => {
  const index = numberOfFulfilment(fulfilmentId) - 1;
  return parts.map((part, at) => (at === index ? { ...part, shipped: true } : part));
};

export const shippingEvents: EventFolds<'LinesShipped' | 'LinesDelivered' | 'DeliveryCompleted'> = {
  LinesShipped: (state, { parcelId, lines, fulfilmentId }) => ({
    lines: changedLines(state, lines, shipped),
    parcels: [...state.parcels, { parcelId, lines, delivered: false }],
    ...(fulfilmentId === null ? {} : { parts: withShipped(state.parts, fulfilmentId) }),
  }),
  LinesDelivered: (state, { parcelId, lines }) => ({
    lines: changedLines(state, lines, (counts, quantity) => ({
      ...counts,
      delivered: counts.delivered + quantity,
    })),
    parcels: state.parcels.map((parcel) =>
      parcel.parcelId === parcelId ? { parcelId, lines: parcel.lines, delivered: true } : parcel,
    ),
  }),
  DeliveryCompleted: () => ({}),
};
