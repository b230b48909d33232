// What is not paid in time is cancelled: once, never early, never beside a payment, and by nobody who only reads the past.
import { expect } from '@jest/globals';
import { domainRegistry, tableStepper, type OrderState, type StockState } from '@orderloom/domain';
import { memoryDisk, type MemoryDisk } from '@orderloom/engine';
import { random, turns, virtualClock } from '@orderloom/testing';
import { bill, followBills, LEGS, legProviders } from './billed-shop.ts';
import { anOrder, DAY, MINUTE, NOON, openShop, payment, PRICE, TURNS, type Shop } from './shop.ts';
import { statement } from './statement.ts';
import { duesByPolicy, endlessDeadlines, noDeadlines, noGrammar, tellsNobody, unmovable } from './without.ts';

const registry = domainRegistry({ stepper: tableStepper });
const TIMEOUT = 30 * MINUTE;

const ofType = (shop: Shop, wanted: string) => shop.events().filter(({ type }) => type === wanted);

const several = <T>(count: number, make: (n: number) => Promise<T>): Promise<readonly T[]> =>
  Promise.all(Array.from({ length: count }, (_, n) => make(n)));

/** A group that is never written, and nobody who could say what became of it. */
const killedAt = (group: number) => {
  let left = group;
  return () => {
    if (left-- === 0) throw new Error('killed');
  };
};

/** One life of an engine over what others have left; it is killed at its `group`-th write, or when time is up. */
const aLife = async (disk: MemoryDisk, from: number, parts: { timers: boolean; group?: number }) => {
  const shop = await openShop({
    ...{ disk, clock: virtualClock(from), registry: parts.timers ? registry : noDeadlines(registry) },
    ...(parts.group === undefined ? {} : { beforeAppend: killedAt(parts.group) }),
  });
  await shop.pass(1_000).catch(() => undefined);
  return shop;
};

statement('12.1', async ({ has, size }) => {
  const first = await openShop();
  const orders: string[] = [];
  const dues: number[] = [];
  const batch = Math.ceil(size / 10);
  for (let at = 0; orders.length < size; at++) {
    orders.push(...(await several(batch, (n) => first.place(`${String(at)}-${String(n)}`))));
    first.clock.advance(100);
  }
  await several(batch, (n) => first.sayTo(orders[n]!, 'ConfirmPayment', payment));
  for (const { due } of first.engine.deadlines(size)) dues.push(due);
  const timers = has('timers-from-the-log');
  for (let life = 0; life < 3; life++)
    await aLife(first.disk, NOON + TIMEOUT + life * 300, { timers, group: 1 + life });
  const last = await aLife(first.disk, NOON + TIMEOUT + 900, { timers });

  const fired = ofType(last, 'PaymentTimedOut');
  expect(new Set(fired.map(({ stream }) => stream.key))).toEqual(new Set(orders.slice(batch)));
  expect(fired).toHaveLength(orders.length - batch);
  const late = fired.map(({ recordedAt }) => recordedAt).sort((a, b) => a - b);
  expect(late.every((at, n) => at >= dues[n]! && at <= dues[n]! + 1_000)).toBe(true);
});

/** Orders of which each has its own due instant; and what comes of a payment so many ms before or behind it. */
type Race = { readonly order: string; readonly due: number; readonly offset: number };

const raced = async (shop: Shop, size: number): Promise<readonly Race[]> => {
  const dice = random(12);
  const races: Race[] = [];
  for (let n = 0; n < size; n++) {
    if (n % 5 === 0) shop.clock.advance(1);
    const due = shop.clock.now() + TIMEOUT;
    races.push({ order: await shop.place(String(n)), due, offset: dice.below(11) - 5 });
  }
  await shop.pass(NOON + TIMEOUT - 10 - shop.clock.now());
  const pay = ({ order }: Race) => shop.sayTo(order, 'ConfirmPayment', payment);
  const waiting: Promise<unknown>[] = [];
  const end = races.at(-1)!.due + 10;
  while (shop.clock.now() < end) {
    const now = races.filter(({ due, offset }) => due + offset === shop.clock.now());
    // Half of them are there before the clock is looked at, the others a moment later.
    waiting.push(...now.filter((_, n) => n % 2 === 0).map(pay));
    shop.clock.advance(1);
    waiting.push(...now.filter((_, n) => n % 2 === 1).map(pay));
    await turns(TURNS);
  }
  await Promise.all(waiting);
  await shop.pass(1_000);
  return races;
};

const isPaid = ({ money }: OrderState): boolean =>
  money.refunds.reduce((kept, { amount }) => kept - amount, money.paid) === PRICE;

statement('12.2', async ({ has, size }) => {
  const shop = await openShop({
    registry: has('grammar') ? registry : noGrammar(),
    mechanisms: { deadlinesAfterInput: has('commands-before-deadlines') },
  });
  const races = await raced(shop, size);
  const timedOut = new Set(ofType(shop, 'PaymentTimedOut').map(({ stream }) => stream.key));
  const ends = [];
  for (const { order, offset } of races) {
    const state = await shop.stateOf(order);
    const goesBack = state.money.refunds.some(({ amount }) => amount === PRICE);
    ends.push({ paid: isPaid(state), cancelled: timedOut.has(order), goesBack, early: offset < 0 });
  }
  expect(ends.filter(({ paid, cancelled }) => paid === cancelled)).toEqual([]);
  expect(ends.filter(({ goesBack, cancelled }) => goesBack !== cancelled)).toEqual([]);
  expect(ends.filter(({ early, cancelled }) => early && cancelled)).toEqual([]);
  expect(new Set(ends.map(({ cancelled }) => cancelled)).size).toBe(2);
});

statement('12.3', async ({ has }) => {
  const whole = has('grammar') ? registry : noGrammar();
  const shop = await openShop({
    registry: has('process-managers') ? whole : tellsNobody(whole),
    mechanisms: { dedup: has('remembered-commands') },
  });
  await shop.setPolicy({ stock: 'tracked' });
  await shop.say('stock/TEA@main', 'ReceiveStock', { quantity: 10, reference: 'r' });
  const stock = async () =>
    (await shop.engine.stateOf({ tenant: 'main', type: 'stock', key: 'TEA@main' }))?.state as StockState;
  const order = await shop.place('one', anOrder(3));
  expect(await stock()).toMatchObject({ available: 7, held: 3 });
  const providers = legProviders(shop.clock, { legId: 'card', step: 'freeze', how: 'unheard' });
  const [coupon, points] = LEGS;
  const card = { legId: 'card', kind: 'card', provider: 'bank', amount: 3 * PRICE - 550 };
  await shop.sayTo(order, 'IssueBill', bill('b1', { amount: 3 * PRICE, legs: [coupon, points, card] }));
  await followBills(shop, providers);
  expect(providers.statuses()).toEqual(['frozen', 'frozen', 'frozen']);
  const cancel = (commandId: string) =>
    shop.sayTo(order, 'CancelOrder', { reason: 'late', lines: null }, { commandId });
  const answers = await Promise.all([cancel('once'), cancel('once'), cancel('once')]);
  expect(answers.map(({ outcome }) => outcome)).toEqual(['accepted', 'duplicate', 'duplicate']);
  expect(await cancel('again')).toMatchObject({ outcome: 'refused' });
  for (let n = 0; n < 2; n++) await followBills(shop, providers);
  expect(providers.statuses()).toEqual(['released', 'released', 'released']);
  expect(providers.mostReleases()).toBe(1);
  expect(ofType(shop, 'BillVoided')).toHaveLength(1);
  expect(ofType(shop, 'LegReleased')).toHaveLength(3);
  expect(await stock()).toMatchObject({ available: 10, held: 0 });
});

const others = { lifecycle: null, channel: null, paymentMethod: null };
const FLASH = { ...others, name: 'flash', channel: 'flash-sale', afterMs: 5 * MINUTE };
const TRANSFER = { ...others, name: 'transfer', paymentMethod: 'bank-transfer', afterMs: 60 * MINUTE };

/** Which of these orders are open, each time so many minutes have passed. */
const openAfter = async (shop: Shop, orders: readonly string[], minutes: readonly number[]) => {
  const seen: string[] = [];
  for (const many of minutes) {
    await shop.pass(many * MINUTE);
    const open = orders.filter((order) => shop.statusOf(order)['fulfilment'] === 'open');
    seen.push(open.map((order) => orders.indexOf(order)).join());
  }
  return seen;
};

statement('12.4', async ({ has }) => {
  const shop = await openShop({ registry: has('due-in-the-event') ? registry : duesByPolicy(registry) });
  await shop.setPolicy({ paymentTimeouts: [FLASH, TRANSFER] });
  const inAFlash = await shop.place('flash', {}, { channel: 'flash-sale' });
  const byTransfer = await shop.place('transfer', { paymentMethod: 'bank-transfer' });
  const early = await shop.place('pre-sale', { payBy: NOON + 50 * MINUTE });
  const onTerms = await shop.place('terms', { lifecycle: 'terms' });
  const orders = [inAFlash, await shop.place('any'), byTransfer, early, onTerms];
  await shop.setPolicy({ paymentTimeouts: [], paymentTimeoutMs: MINUTE });
  // Whatever else happens to it does not move what runs.
  for (const order of orders) await shop.sayTo(order, 'AddNote', { text: 'rings twice' });
  expect(await openAfter(shop, orders, [4, 1, 25, 20, 10])).toEqual([
    ...['0,1,2,3,4', '1,2,3,4', '2,3,4', '2,4', '4'],
  ]);
});

statement('12.6', async ({ has }) => {
  const shop = await openShop({ registry: has('moved-on-request') ? registry : unmovable(registry) });
  const orders = [await shop.place('left'), await shop.place('asked'), await shop.place('extended')];
  await shop.setPolicy({ paymentTimeoutMs: 5 * MINUTE });
  const why = { deadline: 'payment', reason: 'the sale is over' };
  await shop.pass(2 * MINUTE);
  await shop.sayTo(orders[1]!, 'RescheduleDeadline', { ...why, due: null });
  await shop.sayTo(orders[2]!, 'ExtendDeadline', { ...why, byMs: 10 * MINUTE });
  expect(await openAfter(shop, orders, [3, 25, 10])).toEqual(['0,2', '2', '']);
  expect(ofType(shop, 'PaymentTimedOut')).toHaveLength(3);
});

/** A year of a shop, week by week: some pay, some do not, some have paid and are told of. */
const aYear = async (size: number): Promise<Shop> => {
  const shop = await openShop();
  await shop.say('tenant/main', 'SubscribeWebhook', {
    ...{ name: 'wms', url: 'https://wms.example', events: ['PaymentConfirmed'] },
    ...{ maxAttempts: 3, firstRetryMs: 1_000, inOrder: false },
  });
  for (let week = 0; week < 52; week++) {
    const orders = await several(size / 52, (n) => shop.place(`${String(week)}-${String(n)}`));
    for (const order of orders.filter((_, n) => n % 2 === 0))
      await shop.sayTo(order, 'ConfirmPayment', payment);
    await shop.pass(7 * DAY);
  }
  return shop;
};

statement('12.5', async ({ has, size }) => {
  const year = await aYear(size);
  expect(year.engine.figures().deadlinesFired).toBe(size / 2);
  const { groups } = year.disk;
  const kept = groups.length;
  const again = await openShop({
    ...{ disk: { ...memoryDisk(), groups: [...groups] }, clock: virtualClock(year.clock.now()) },
    registry: has('deadlines-end') ? registry : endlessDeadlines(registry),
  });
  await again.pass(DAY);
  expect(again.engine.figures()).toMatchObject({
    ...{ deadlinesFired: 0, events: 0, commands: { accepted: 0, refused: 0 } },
    streams: year.engine.figures().streams,
  });
  expect(again.disk.groups).toHaveLength(kept);
});
