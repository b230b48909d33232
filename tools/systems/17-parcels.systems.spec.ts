// Orders to one address: they are proposed to travel together, travel in one parcel, and stay orders of their own.
import { expect } from '@jest/globals';
import type { Receiver } from '@orderloom/domain';
import { memoryKeyStore, underItsKey } from '@orderloom/engine';
import {
  ordersToMerge,
  receiverPlace,
  toMergeQuestion,
  type OrderDocument,
  type SealedReceiver,
} from '@orderloom/views';
import { openReceiver, sealReceiver } from '@orderloom/wire';
import { openShop } from './shop.ts';
import { statement } from './statement.ts';

const at = (name: string, line1: string): Receiver => ({
  ...{ name, line1, city: 'Bath', country: 'GB', phone: null, email: null },
  ...{ line2: null, region: null, postalCode: null },
});

statement('17.4', async ({ has }) => {
  const keyStore = memoryKeyStore();
  const shop = await openShop();
  const place = async (name: string, subject: string, receiver: Receiver): Promise<string> => {
    const { nonce, ciphertext, ...sealed } = sealReceiver(keyStore, 'main', subject, receiver);
    // This shop keeps its events as JSON, which has no bytes.
    const bytes = { nonce: [...nonce], ciphertext: [...ciphertext], digest: [], tokens: [] };
    const more = {
      ...{ lifecycle: 'terms', buyerId: subject, allowRepeat: true },
      receiver: { ...sealed, ...bytes },
    };
    shop.clock.advance(1);
    return shop.place(name, more);
  };
  const placeOf = (sealed: SealedReceiver): string | null => {
    if (!has('one-receiver')) return 'somewhere';
    const [nonce, ciphertext] = [sealed.nonce, sealed.ciphertext].map((text) => Buffer.from(text, 'base64'));
    const opened = openReceiver(keyStore, { ...sealed, nonce: nonce!, ciphertext: ciphertext! });
    return opened === undefined ? null : receiverPlace(opened);
  };
  const proposed = async () => {
    await shop.engine.settled();
    const question = { ...toMergeQuestion(shop.clock.now()), tenant: 'main', terms: [], counted: [] };
    const { documents } = await shop.engine.search('order', {
      ...{ ...question, from: null, until: null, before: null, limit: 200 },
    });
    const queue = documents.map((stored) => underItsKey(stored, 'main')) as {
      readonly id: string;
      readonly version: number;
      readonly document: OrderDocument;
    }[];
    return ordersToMerge(queue, placeOf, shop.clock.now());
  };
  const together = async () => (await proposed()).map(({ orders }) => orders.map(({ orderId }) => orderId));

  const first = await place('first', 'ann', at('Ann Lee', '1 Main Street'));
  await place('elsewhere', 'ann', at('Ann Lee', '2 Main Street'));
  await place('neighbour', 'bob', at('Bob Lee', '1 Main Street'));
  const held = await place('held', 'ann', at('Ann Lee', '1 Main Street'));
  await shop.sayTo(held, 'HoldOrder', { reason: 'fraud' });
  const second = await place('second', 'cat', at('ANN LEE', '1, main street'));
  await place('gone-1', 'eve', at('Eve', '9 Hill'));
  await place('gone-2', 'eve', at('Eve', '9 Hill'));
  expect((await together()).length).toBe(2);
  keyStore.erase('eve');
  expect(await together()).toEqual([[first, second]]);

  const [merge] = await proposed();
  const contents = merge!.orders.flatMap(({ orderId, lines }) => lines.map((line) => ({ orderId, ...line })));
  const say = (type: string, data: object) => shop.say('parcel/P-1', type, data);
  await say('CreateParcel', { contents, weightGrams: null });
  await say('DispatchParcel', { carrier: null, trackingNumber: null });
  expect(await together()).toEqual([]);
  await say('ConfirmParcelDelivery', {});
  await shop.engine.settled();
  for (const order of [first, second]) {
    expect(await shop.historyOf(order)).toEqual(
      expect.arrayContaining(['OrderPlaced', 'LinesShipped', 'LinesDelivered']),
    );
    expect((await shop.stateOf(order)).parcels).toMatchObject([{ parcelId: 'P-1', delivered: true }]);
    expect(shop.statusOf(order)['fulfilment']).toBe('delivered');
  }
});
