// A warehouse: it consumes what happens to orders and answers with commands. An event may come twice, so everything
// that it sets off has the event's id in its key; one order's events come in order, so what was placed is known by the
// time that it is paid.
import { TryLater, type Client, type Consumer, type Result } from '@orderloom/client';

type Line = { readonly lineId: string; readonly quantity: number };

/** The warehouse's own memory of what to pack: a table in its database. What it does must be done when it returns. */
export type PackingList = {
  readonly write: (orderId: string, lines: readonly Line[]) => Promise<void>;
  readonly read: (orderId: string) => Promise<readonly Line[]>;
};

const settle = (result: Result): void => {
  // Nobody could be reached: this event waits, and what follows it in its order.
  if (result.outcome === 'pending') throw new TryLater();
  // The order was cancelled meanwhile: there is nothing left to do. Any other refusal is a defect, for somebody to see.
  if (result.outcome === 'refused' && result.code !== 'not-allowed-now') throw new Error(result.code);
};

/** Packs what is paid and hands it over. Any number of these share the work under one name. */
export const runWarehouse = ({ orders, consume }: Client, packing: PackingList): Promise<Consumer> =>
  consume(
    'warehouse',
    async (event) => {
      const { key: orderId } = event.stream;
      const parcelId = `parcel-${orderId}`;
      const key = `warehouse/${event.id}`;
      if (event.type === 'OrderPlaced') {
        const lines = event.data.lines.map(({ lineId, quantity }) => ({ lineId, quantity }));
        await packing.write(orderId, lines);
      } else if (event.type === 'PaymentConfirmed') {
        const lines = await packing.read(orderId);
        settle(await orders.send(orderId, 'ShipLines', { parcelId, lines }, { key }));
      } else settle(await orders.send(orderId, 'ConfirmDelivery', { parcelId }, { key }));
    },
    { events: ['OrderPlaced', 'PaymentConfirmed', 'LinesShipped'] },
  );
