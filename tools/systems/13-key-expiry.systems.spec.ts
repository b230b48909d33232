// What falls due is in the log. No cache, no expiring key and no listener is asked.
import { expect } from '@jest/globals';
import { domainRegistry, tableStepper } from '@orderloom/domain';
import { virtualClock } from '@orderloom/testing';
import { MINUTE, openShop, type Shop } from './shop.ts';
import { statement } from './statement.ts';
import { anybodysLog, noDeadlines } from './without.ts';

const registry = domainRegistry({ stepper: tableStepper });

const placed = async (size: number): Promise<Shop> => {
  const shop = await openShop();
  await Promise.all(Array.from({ length: size }, (_, n) => shop.place(String(n))));
  return shop;
};
const closed = (shop: Shop) => shop.events().filter(({ type }) => type === 'PaymentTimedOut');

statement('13.1', async ({ has, size }) => {
  const { disk, clock, engine } = await placed(size);
  await engine.stop();
  const back = await openShop({
    ...{ disk, clock: virtualClock(clock.now() + 40 * MINUTE) },
    registry: has('timers-from-the-log') ? registry : noDeadlines(registry),
  });
  await back.pass(1_000);
  expect(closed(back)).toHaveLength(size);
});

statement('13.2', async ({ has, size }) => {
  const { disk, clock, engine } = await placed(size);
  await engine.stop();
  // Both have read the log, and both wait for the same instant.
  const [one, other] = await Promise.all(
    [1, 2].map(() =>
      openShop({
        ...{ disk, clock: virtualClock(clock.now()) },
        ...(has('one-writer') ? {} : { log: anybodysLog }),
      }),
    ),
  );
  await Promise.allSettled([one!.pass(30 * MINUTE), other!.pass(30 * MINUTE)]);
  expect(closed(one!)).toHaveLength(size);
});

statement('13.3', async ({ has, size }) => {
  const shop = await placed(size);
  const pending = shop.engine.deadlines(size);
  expect(pending).toHaveLength(size);
  await shop.engine.stop();
  // Nothing but the log is left: neither a view nor a snapshot.
  const again = await openShop({
    ...{ disk: shop.disk, clock: shop.clock },
    registry: has('timers-from-the-log') ? registry : noDeadlines(registry),
  });
  expect(again.engine.deadlines(size)).toEqual(pending);
});
