// Stock that many want: nobody is promised a piece that is not there, what nobody pays for comes back, and so does the money
// of those who have paid for none.
import { expect } from '@jest/globals';
import { domainRegistry, tableStepper, type StockState } from '@orderloom/domain';
import { MINUTE, openShop, payment, PRICE, type Shop } from './shop.ts';
import { statement, type Trial } from './statement.ts';
import { boundlessStock, noSourcing, tellsNobody } from './without.ts';

const registry = domainRegistry({ stepper: tableStepper });
const PIECES = 100;

const limitedShop = async (has: Trial['has'], locations: Readonly<Record<string, number>>) => {
  const limited = has('stock-has-it') ? registry : boundlessStock(registry);
  const ruled = has('sourcing-rules') ? limited : noSourcing(limited);
  const shop = await openShop({ registry: has('process-managers') ? ruled : tellsNobody(ruled) });
  await shop.setPolicy({ stock: 'tracked' });
  for (const [location, quantity] of Object.entries(locations))
    await shop.say(`stock/TEA@${location}`, 'ReceiveStock', { quantity, reference: 'r' });
  return shop;
};

const stockAt = async ({ engine }: Shop, location: string): Promise<StockState> =>
  (await engine.stateOf({ tenant: 'main', type: 'stock', key: `TEA@${location}` }))?.state as StockState;

const ordersWith = (shop: Shop, wanted: string): readonly string[] => [
  ...new Set(shop.events().flatMap(({ type, stream }) => (type === wanted ? [stream.key] : []))),
];

const placed = (shop: Shop, size: number): Promise<readonly string[]> =>
  Promise.all(Array.from({ length: size }, (_, n) => shop.place(String(n))));

const whoPlacesFirst = async (has: Trial['has'], size: number): Promise<void> => {
  const shop = await limitedShop(has, { main: PIECES });
  await placed(shop, size);
  await shop.engine.settled();
  const answered = ['LinesReserved', 'ReservationRefused'].map((type) => ordersWith(shop, type).length);
  expect(answered).toEqual([PIECES, size - PIECES]);
  expect(await stockAt(shop, 'main')).toMatchObject({ available: 0, held: PIECES });
  await shop.pass(30 * MINUTE);
  expect(await stockAt(shop, 'main')).toMatchObject({ available: PIECES, held: 0 });
};

/** A part of the pieces lies elsewhere, and is asked for where the first location has none left. */
const whoPaysFirst = async (has: Trial['has'], size: number): Promise<void> => {
  const shop = await limitedShop(has, { main: PIECES - 30, paris: 30 });
  const rule = { sku: 'TEA', reserveAt: 'payment', locations: ['main', 'paris'], whenShort: 'cancel' };
  await shop.say('tenant/main', 'SetSourcing', rule);
  const orders = await placed(shop, size);
  expect(await stockAt(shop, 'main')).toMatchObject({ held: 0 });
  await Promise.all(orders.map((order) => shop.sayTo(order, 'ConfirmPayment', payment)));
  await shop.engine.settled();
  const winners = ordersWith(shop, 'LinesReserved');
  expect(winners).toHaveLength(PIECES);
  expect(await stockAt(shop, 'main')).toMatchObject({ available: 0, held: PIECES - 30 });
  expect(await stockAt(shop, 'paris')).toMatchObject({ available: 0, held: 30 });
  const refunds = shop.events().filter(({ type }) => type === 'RefundDue');
  const losers = orders.filter((order) => !winners.includes(order));
  expect(refunds.map(({ stream }) => stream.key).sort()).toEqual([...losers].sort());
  expect(refunds.every(({ data }) => (data as { amount: number }).amount === PRICE)).toBe(true);
  expect(new Set(losers.map((order) => shop.statusOf(order)['fulfilment']))).toEqual(new Set(['cancelled']));
};

statement('17.2', async ({ has, size }) => {
  await whoPlacesFirst(has, size);
  await whoPaysFirst(has, size);
});
