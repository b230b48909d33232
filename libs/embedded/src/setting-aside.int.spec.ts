// Orders that rest are read back from the views' own file, with real threads and files.
import { afterEach, describe, expect, test } from '@jest/globals';
import { command, pay, place, placement } from './example-commands.ts';
import { aFolder, cleanUp, startEngine } from './example-engine.ts';

afterEach(cleanUp);

const FEW = { statesInMemory: 4 };
const ORDERS = 30;
const lines = [{ lineId: 'a', quantity: 2 }];

type Shop = Awaited<ReturnType<typeof startEngine>>;
const order = (key: string) => ({ tenant: 'main', type: 'order', key });

/** Orders that were delivered, so that no deadline keeps them in memory. */
const delivered = async ({ done }: Shop): Promise<readonly string[]> => {
  const keys: string[] = [];
  for (let at = 0; at < ORDERS; at++) {
    const { key } = (await done(place(placement({ buyerId: `b${at}` }), `place-${at}`))).stream;
    await done(pay(key, placement().total, `pay-${at}`));
    await done(command(order(key), 'ShipLines', { parcelId: `P${at}`, lines }, `ship-${at}`));
    await done(command(order(key), 'ConfirmDelivery', { parcelId: `P${at}` }, `deliver-${at}`));
    keys.push(key);
  }
  return keys;
};

const asksBack = (key: string, id: string) =>
  command(order(key), 'RequestReturn', { lines, reason: 'too small' }, id);

describe('an order that rests', () => {
  test('takes its next command, and shows the version that follows', async () => {
    const shop = await startEngine(aFolder(), FEW);
    const keys = await delivered(shop);
    expect(shop.engine.figures().streamsSetAside).toBeGreaterThan(ORDERS / 2);
    for (const [at, key] of keys.entries())
      expect(await shop.send(asksBack(key, `return-${at}`))).toMatchObject({
        outcome: 'accepted',
        version: 5,
      });
  });

  test('rests over a restart, with its retries known', async () => {
    const folder = aFolder();
    const first = await startEngine(folder, FEW);
    const [key = ''] = await delivered(first);
    await first.stop();
    const shop = await startEngine(folder, FEW);
    expect(shop.engine.figures().streamsSetAside).toBeGreaterThan(ORDERS / 2);
    expect(await shop.send(pay(key, placement().total, 'pay-0'))).toMatchObject({ outcome: 'duplicate' });
    expect(await shop.send(asksBack(key, 'return'))).toMatchObject({ outcome: 'accepted', version: 5 });
  });

  test('is refused what it does not allow, with what it allows', async () => {
    const shop = await startEngine(aFolder(), FEW);
    const [key = ''] = await delivered(shop);
    const again = await shop.send(pay(key, placement().total, 'again'));
    expect(again).toMatchObject({ outcome: 'refused', rejection: { code: 'payment-known' } });
    expect(again.explanation?.allowedCommands).toContain('RequestReturn');
  });
});
