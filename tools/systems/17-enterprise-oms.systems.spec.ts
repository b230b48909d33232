// Stock that many want: nobody is promised a piece that is not there, and what nobody pays for comes back.
import { expect } from '@jest/globals';
import { domainRegistry, tableStepper, type StockState } from '@orderloom/domain';
import { MINUTE, openShop } from './shop.ts';
import { statement } from './statement.ts';
import { boundlessStock, tellsNobody } from './without.ts';

const registry = domainRegistry({ stepper: tableStepper });
const PIECES = 100;

statement('17.2', async ({ has, size }) => {
  const limited = has('stock-has-it') ? registry : boundlessStock(registry);
  const shop = await openShop({ registry: has('process-managers') ? limited : tellsNobody(limited) });
  await shop.setPolicy({ stock: 'tracked' });
  await shop.say('stock/TEA@main', 'ReceiveStock', { quantity: PIECES, reference: 'r' });
  const stock = async () =>
    (await shop.engine.stateOf({ tenant: 'main', type: 'stock', key: 'TEA@main' }))?.state as StockState;
  const ordersWith = (wanted: string): number =>
    new Set(shop.events().flatMap(({ type, stream }) => (type === wanted ? [stream.key] : []))).size;

  await Promise.all(Array.from({ length: size }, (_, n) => shop.place(String(n))));
  await shop.engine.settled();
  expect([ordersWith('LinesReserved'), ordersWith('ReservationRefused')]).toEqual([PIECES, size - PIECES]);
  expect(await stock()).toMatchObject({ available: 0, held: PIECES });
  await shop.pass(30 * MINUTE);
  expect(await stock()).toMatchObject({ available: PIECES, held: 0 });
});
