// The example orders in a shop whose views are on every store.
import { setTimeout as pause } from 'node:timers/promises';
import { ask, write } from '../example/ask.ts';
import { shopOnStores, type ShopOnStores } from '../example/shop-on-stores.ts';
import { EXAMPLE_ORDERS, type ExampleOrder } from './example-orders.ts';

export type SearchingShop = ShopOnStores & {
  /** Order's name -> its id. */
  readonly ids: ReadonlyMap<string, string>;
};

/** Two orders of one millisecond are in the order of their slots: each is given its own. */
const nextMillisecond = async (): Promise<void> => {
  for (const now = Date.now(); Date.now() === now;) await pause(1);
};

const bodyOf = ({ number, buyer, merchant, skus, receiver, lifecycle }: ExampleOrder): object => ({
  ...{ buyerId: buyer, merchantId: merchant, currency: 'EUR', total: 100 * skus.length, externalId: number },
  lines: skus.map((sku, at) => ({ lineId: String(at), sku, quantity: 1, unitPrice: 100 })),
  ...(receiver && { receiver }),
  ...(lifecycle && { lifecycle }),
});

const live = async (url: string, order: ExampleOrder): Promise<string> => {
  const done = async (path: string, body: object): Promise<string> => {
    const answer = await ask(url, path, write(body));
    if (answer.status >= 300) throw new Error(`${order.name}: ${answer.text}`);
    return String(answer.body['orderId']);
  };
  const id = await done('/v1/orders', bodyOf(order));
  const send = (type: string, data: object) => done(`/v1/orders/${id}/commands`, { type, data });
  const { payment, parcel, skus } = order;
  const total = 100 * skus.length;
  if (payment)
    await send('ConfirmPayment', { paymentId: payment, amount: total, currency: 'EUR', provider: 'bank' });
  const lines = skus.map((_, at) => ({ lineId: String(at), quantity: 1 }));
  if (parcel) await send('ShipLines', { parcelId: parcel, lines });
  await nextMillisecond();
  return id;
};

/** The example orders, placed one after the other, some of them paid and shipped. */
export const searchingShop = async (): Promise<SearchingShop> => {
  const shop = await shopOnStores();
  const ids = new Map<string, string>();
  for (const order of EXAMPLE_ORDERS) ids.set(order.name, await live(shop.sqlite, order));
  await shop.settled();
  return { ...shop, ids };
};
