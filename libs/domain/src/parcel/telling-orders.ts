import type { Reaction, Rejection, SentCommand, StreamRef } from '@orderloom/decider';
import type { ConfirmDeliveryData, ShipLinesData } from '../messages/generated/order.ts';
import type { ParcelCommand } from '../messages/generated/parcel.ts';
import type { LineQuantity } from '../messages/generated/types.ts';
import type { ParcelState } from './state.ts';

/** What lies in the parcel for each order, orders in the order of their first content. O(contents). */
const linesByOrder = (state: ParcelState): ReadonlyMap<string, readonly LineQuantity[]> => {
  const orders = new Map<string, LineQuantity[]>();
  for (const { orderId, lineId, quantity } of state.contents) {
    const lines = orders.get(orderId);
    if (lines) lines.push({ lineId, quantity });
    else orders.set(orderId, [{ lineId, quantity }]);
  }
  return orders;
};

const toOrder = (orderId: string, type: string, data: object): SentCommand => ({
  to: { type: 'order', key: orderId },
  command: { type, data },
});

/** The parcel has left: each order hears once what of it was shipped. */
export const tellShipped: Reaction<ParcelState> = {
  sends: ['ShipLines'],
  react: (state, _data, stream) =>
    [...linesByOrder(state)].map(([orderId, lines]) => {
      const data: ShipLinesData = { parcelId: stream.key, lines };
      return toOrder(orderId, 'ShipLines', data);
    }),
};

/** The parcel has arrived: each order hears it once, but for those that did not accept its shipment. */
export const tellDelivered: Reaction<ParcelState> = {
  sends: ['ConfirmDelivery'],
  react: (state, _data, stream) => {
    const refused = new Set(state.refused.map(({ orderId }) => orderId));
    const data: ConfirmDeliveryData = { parcelId: stream.key };
    return [...linesByOrder(state).keys()]
      .filter((orderId) => !refused.has(orderId))
      .map((orderId) => toOrder(orderId, 'ConfirmDelivery', data));
  },
};

/** An order's refusal comes back to the parcel, where somebody sees it. */
export const noteRefusal =
  (told: string) =>
  (_sent: object, rejection: Rejection, from: StreamRef): ParcelCommand => ({
    type: 'RecordContentRefused',
    data: { orderId: from.key, told, code: rejection.code },
  });
