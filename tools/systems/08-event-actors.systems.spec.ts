// Whoever reacts to an event has a call of its own: it fails, is tried again and is given up alone.
import { afterEach, expect } from '@jest/globals';
import { redriveCalls } from '@orderloom/client';
import { domainRegistry, tableStepper } from '@orderloom/domain';
import type { CallOutcome, CallToMake } from '@orderloom/effects';
import { openCallingShop, type CallingShop } from './calling-shop.ts';
import { MINUTE, NOON, type ShopParts } from './shop.ts';
import { statement } from './statement.ts';
import { givenUpIsDone, withoutAlarms } from './without.ts';

const DONE: CallOutcome = { outcome: 'succeeded', code: 'ok' };
const FAILED: CallOutcome = { outcome: 'failed', code: 'http-503' };

const opened: CallingShop[] = [];
afterEach(async () => {
  for (const shop of opened.splice(0)) await shop.stop();
});

/**
 * A shop with actors, and who of them was asked how often about which order. Without calls of their own one call asks
 * them all, in turn, and fails with the first who does.
 */
const withActors = async (
  actors: readonly string[],
  fails: (actor: string, order: string) => boolean,
  {
    ofTheirOwn = true,
    maxAttempts = 20,
    ...parts
  }: ShopParts & { ofTheirOwn?: boolean; maxAttempts?: number },
) => {
  const asked: string[] = [];
  const ask = (actor: string, { subject }: CallToMake): boolean => {
    asked.push(`${actor} ${subject}`);
    return !fails(actor, subject);
  };
  const perform = (call: CallToMake): CallOutcome => {
    const all = ofTheirOwn ? [call.name] : actors;
    return all.every((actor) => ask(actor, call)) ? DONE : FAILED;
  };
  const shop = await openCallingShop(perform, parts);
  opened.push(shop);
  for (const name of ofTheirOwn ? actors : ['everybody']) await shop.subscribe(name, { maxAttempts });
  const timesAsked = (actor: string, order: string): number =>
    asked.filter((one) => one === `${actor} ${order}`).length;
  return { shop, asked, timesAsked };
};

const TWENTY = Array.from({ length: 20 }, (_, n) => `actor-${String(n)}`);
const OTHERS = TWENTY.filter((actor) => actor !== 'actor-7');
const TROUBLE_MS = 5 * MINUTE;

statement('8.1', async ({ has }) => {
  const clock = { now: () => NOON };
  const inTrouble = (actor: string) => actor === 'actor-7' && clock.now() < NOON + TROUBLE_MS;
  const { shop, timesAsked } = await withActors(TWENTY, inTrouble, {
    ofTheirOwn: has('calls-of-their-own'),
  });
  clock.now = shop.clock.now;
  const order = await shop.paid('one');
  await shop.calm();
  expect(OTHERS.map((actor) => timesAsked(actor, order))).toEqual(OTHERS.map(() => 1));
  for (let minute = 0; minute < 10; minute++) {
    await shop.pass(MINUTE);
    await shop.calm();
  }
  expect(await shop.callTo(order, 'actor-7')).toMatchObject({ status: 'succeeded' });
  expect(timesAsked('actor-7', order)).toBeGreaterThan(3);
  expect(OTHERS.map((actor) => timesAsked(actor, order))).toEqual(OTHERS.map(() => 1));
});

/** Lets the retries of an actor with few attempts go by. */
const untilGivenUp = async (shop: CallingShop): Promise<void> => {
  await shop.calm();
  for (let n = 0; n < 4; n++) {
    await shop.pass(MINUTE);
    await shop.calm();
  }
};

statement('8.2', async ({ has }) => {
  let isBroken = true;
  const whole = domainRegistry({ stepper: tableStepper });
  const kept = has('given-up-stays') ? whole : givenUpIsDone(whole);
  const alarms: string[] = [];
  const { shop, timesAsked } = await withActors(['wms'], (actor) => actor !== 'pager' && isBroken, {
    ...{ maxAttempts: 3, registry: has('alarms-are-told') ? kept : withoutAlarms(kept) },
    onAlarm: ({ name, stream }) => alarms.push(`${name} ${stream.key}`),
  });
  // Of those who want to hear of it one is as broken as whoever it is about, and one is whoever it is about.
  for (const name of ['pager', 'deaf'])
    await shop.subscribe(name, { maxAttempts: 1, events: ['EffectGivenUp'] });
  await shop.subscribe('wms', { maxAttempts: 3, events: ['PaymentConfirmed', 'EffectGivenUp'] });
  const orders = [await shop.paid('a'), await shop.paid('b'), await shop.paid('c')];
  await untilGivenUp(shop);
  const failed = orders.map((order) => `${order}.2.wms`);
  const unheard = failed.map((effect) => `${effect}.given-up-10.deaf`);
  expect(alarms.toSorted()).toEqual([...failed, ...unheard].map((key) => `EffectGivenUp ${key}`).toSorted());
  expect(orders.map((order) => timesAsked('pager', order))).toEqual([1, 1, 1]);
  expect(orders.map((order) => timesAsked('wms', order))).toEqual([3, 3, 3]);
  expect((await shop.givenUp()).toSorted()).toEqual([...failed, ...unheard].toSorted());
  isBroken = false;
  const [first = '', ...others] = await shop.givenUp();
  expect(await shop.redrive(first)).toBe('accepted');
  await shop.calm();
  expect(new Set(await shop.givenUp())).toEqual(new Set(others));
  for (const effect of others) expect(await shop.redrive(effect)).toBe('accepted');
  await shop.calm();
  expect(await shop.givenUp()).toEqual([]);
  expect(orders.map((order) => timesAsked('wms', order))).toEqual([4, 4, 4]);
  expect(orders.map((order) => timesAsked('deaf', order))).toEqual([2, 2, 2]);
});

statement('8.4', async ({ has }) => {
  let isBroken = true;
  const actors = ['mail', 'wms'];
  const { shop, timesAsked } = await withActors(actors, (actor) => actor === 'wms' && isBroken, {
    ...{ ofTheirOwn: has('calls-of-their-own'), maxAttempts: 1 },
  });
  const orders: string[] = [];
  const instants: number[] = [];
  for (const name of ['before', 'within', 'behind']) {
    instants.push(shop.clock.now());
    orders.push(await shop.paid(name));
    await untilGivenUp(shop);
  }
  const [, from = 0, to = 0] = instants;
  const which = { from, to, ...(has('calls-of-their-own') && { webhook: 'wms' }) };
  const listed = await shop.failedNow();
  // Two see the same list. What the first has had made fails again, and is none of the failures that the second has seen.
  const first = await redriveCalls(shop.calls(listed), which);
  await untilGivenUp(shop);
  isBroken = false;
  const second = await redriveCalls(shop.calls(listed, { named: has('failures-are-named') }), which);
  await shop.calm();
  expect(first.redriven.map(({ orderId }) => orderId)).toEqual([orders[1]]);
  expect(second).toEqual(first);
  expect(orders.map((order) => timesAsked('wms', order))).toEqual([1, 2, 1]);
  expect(orders.map((order) => timesAsked('mail', order))).toEqual([1, 1, 1]);
  await redriveCalls(shop.calls(await shop.failedNow()), {});
  await shop.calm();
  expect(orders.map((order) => timesAsked('wms', order))).toEqual([2, 3, 2]);
  expect(await shop.givenUp()).toEqual([]);
});
