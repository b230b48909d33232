// Between the buyer's bank and the order messages are lost, repeated, late and wrong. Money counts once, and none is lost.
import { afterEach, expect } from '@jest/globals';
import { isSignedNow, keyOf, paymentCallbacks, signedHeaders, type SignedMessage } from '@orderloom/effects';
import { domainRegistry, surplusOf, tableStepper, workLists, type OrderState } from '@orderloom/domain';
import { logUnavailable, memoryDisk, type CommandResult, type PaymentProvider } from '@orderloom/engine';
import { random, type Random } from '@orderloom/testing';
import { anOrder, MINUTE, openShop, payment, PRICE, type Shop, type ShopParts } from './shop.ts';
import { openPayingShop, type PayingShop } from './paying-shop.ts';
import { statement, type Trial } from './statement.ts';
import { anythingFollows, givenUpInSilence, namelessPayments, noSurplus } from './without.ts';

const HOUR = 60 * MINUTE;
const registry = domainRegistry({ stepper: tableStepper });

const byName = (has: Trial['has']) => (has('payments-by-name') ? registry : namelessPayments(registry));

const shuffled = <T>(all: readonly T[], dice: Random): readonly T[] =>
  all
    .map((one) => ({ one, place: dice.fraction() }))
    .sort((a, b) => a.place - b.place)
    .map(({ one }) => one);

const isListed = (list: keyof typeof workLists, state: OrderState): boolean =>
  workLists[list](state, () => true);

const opened: PayingShop[] = [];
afterEach(async () => {
  for (const shop of opened.splice(0)) await shop.stop();
});

/** What the provider knows of each order's payment; `pending`: it never decides. */
const knownOf = async (port: PaymentProvider, names: readonly string[]) =>
  Promise.all(
    names.map(async (name) => (await port.paymentOf(`pay-${name}`, new AbortController().signal)).status),
  );

statement('14.1', async ({ has, size }) => {
  const faults = { drops: 1, fails: 0.1, neverDecides: 0.05 };
  const told = has('given-up-is-told') ? registry : givenUpInSilence(registry);
  const shop = await openPayingShop({ seed: 141, faults, decidesWithinMs: 39_000, registry: told });
  opened.push(shop);
  if (has('asks-providers')) await shop.register();
  const names = Array.from({ length: size }, (_, n) => String(n));
  const orders: string[] = [];
  for (const name of names) orders.push(await shop.begin(name));
  const paymentOf = (order: string) => shop.statusOf(order)['payment'];
  await shop.seconds(60);
  const known = await knownOf(shop.provider.port, names);
  expect(new Set(known)).toEqual(new Set(['paid', 'failed', 'pending']));
  expect(orders.filter((_, n) => known[n] === 'paid').map(paymentOf)).toEqual(
    known.filter((one) => one === 'paid').map(() => 'paid'),
  );
  await shop.seconds(60);
  const listed: boolean[] = [];
  for (const order of orders) listed.push(isListed('to-clarify', await shop.stateOf(order)));
  expect(listed).toEqual(known.map((one) => one === 'pending'));
  const becomes = { paid: 'paid', failed: 'awaiting', pending: 'unknown' } as Readonly<
    Record<string, string>
  >;
  expect(orders.map(paymentOf)).toEqual(known.map((one) => becomes[one]));
});

const KEY = keyOf(`whsec_${Buffer.from('a key of twenty-four byte').toString('base64')}`)!;
const SOMEBODYS = keyOf(`whsec_${Buffer.from('and one of somebody else.').toString('base64')}`)!;

type Sent = { readonly key: Buffer; readonly body: object };

/** What a provider may call back about one payment, and what somebody says who is not the provider. */
const callbacks = (order: string): readonly Sent[] => {
  const paid = { reference: order, ...payment, status: 'paid' };
  const others = [{ amount: PRICE - 1 }, { currency: 'USD' }].map((more) => ({ ...paid, ...more }));
  return [...Array.from({ length: 5 }, () => paid), ...others].map((body) => ({ key: KEY, body }));
};
const forged = (order: string): Sent => ({
  key: SOMEBODYS,
  body: { reference: order, ...payment, status: 'paid' },
});

const messageOf = ({ key, body }: Sent, id: string, at: number): SignedMessage => {
  const text = JSON.stringify(body);
  const headers = signedHeaders(key, { id, at, body: text });
  return {
    ...{ id, timestamp: headers['webhook-timestamp']!, signature: headers['webhook-signature']! },
    body: Buffer.from(text),
  };
};

statement('14.2', async ({ has, size }) => {
  const shop = await openShop({ registry: byName(has) });
  const isSigned = has('signed-callbacks') ? isSignedNow(shop.clock.now) : () => true;
  const accounts = new Map([['bank', { tenant: 'main', callbackSecret: `whsec_${KEY.toString('base64')}` }]]);
  const take = paymentCallbacks({ accounts, send: shop.engine.send, isSigned });
  const begun = async (name: string): Promise<string> => {
    const order = await shop.place(name);
    await shop.sayTo(order, 'StartPayment', payment);
    return order;
  };
  const orders: string[] = [];
  for (let n = 0; n < size; n++) orders.push(await begun(`order-${String(n)}`));
  const neverPaid = await begun('never-paid');
  const all = shuffled([...orders.flatMap(callbacks), forged(neverPaid), ...orders.map(forged)], random(14));
  const listed: boolean[] = [];
  const wrong: Sent[] = [];
  for (const [place, sent] of all.entries()) {
    if (place === Math.floor(all.length / 2)) await shop.pass(HOUR);
    const { outcome, code } = await take('bank', messageOf(sent, `m-${String(place)}`, shop.clock.now()));
    if (outcome === 'wrong-signature') wrong.push(sent);
    else expect(outcome).toBe('told');
    const { reference } = sent.body as { reference: string };
    if (code === 'mismatch') listed.push(isListed('to-clarify', await shop.stateOf(reference)));
  }
  expect(wrong).toEqual(all.filter(({ key }) => key === SOMEBODYS));
  expect(shop.statusOf(neverPaid)['payment']).toBe('paying');
  const states = await Promise.all(orders.map((order) => shop.stateOf(order)));
  expect(states.map(({ money }) => [money.paid, surplusOf(money)])).toEqual(orders.map(() => [PRICE, 0]));
  expect(orders.map((order) => shop.statusOf(order)['payment'])).toEqual(orders.map(() => 'paid'));
  const confirmed = shop.events().filter(({ type }) => type === 'PaymentConfirmed');
  expect(new Set(confirmed.map(({ stream }) => stream.key))).toEqual(new Set(orders));
  expect(confirmed).toHaveLength(orders.length);
  expect(new Set(listed)).toEqual(new Set([true]));
});

/** The provider says it to an engine that is killed before the write, or behind it, with its answer on the way; and again. */
const toldTwice = async (parts: ShopParts, step: string, killed: 'before' | 'behind') => {
  const disk = memoryDisk();
  let isKilled = false;
  const beforeAppend = () => {
    if (isKilled) throw logUnavailable('killed');
  };
  const first = await openShop({ ...parts, disk, beforeAppend });
  const order = await first.place('one');
  if (step === 'ConfirmPayment') await first.sayTo(order, 'StartPayment', payment);
  isKilled = killed === 'before';
  const answer = await first.sayTo(order, step, payment);
  const isHeard = killed === 'before' && answer.outcome === 'accepted';
  const next = await openShop({ ...parts, disk });
  if (!isHeard) await next.sayTo(order, step, payment);
  if (step === 'StartPayment') await next.sayTo(order, 'ConfirmPayment', payment);
  const { money } = await next.stateOf(order);
  return { killed, step, is: next.statusOf(order)['payment'], paid: money.paid, surplus: surplusOf(money) };
};

statement('14.3', async ({ has }) => {
  const parts = {
    registry: byName(has),
    mechanisms: { acknowledgeAfterCommit: has('answers-after-commit') },
  };
  for (const killed of ['before', 'behind'] as const)
    for (const step of ['StartPayment', 'ConfirmPayment'])
      expect(await toldTwice(parts, step, killed)).toEqual({
        ...{ killed, step, is: 'paid', paid: PRICE, surplus: 0 },
      });
});

const submit = (shop: Shop, commandId: string, quantity = 1) =>
  shop.say('order', 'PlaceOrder', anOrder(quantity, { buyerId: 'ann' }), { commandId });

statement('14.4', async ({ has, size }) => {
  const shop = await openShop({ mechanisms: { dedup: has('remembered-commands') } });
  if (!has('one-cart-once')) await shop.setPolicy({ duplicateWindowMs: 0 });
  const answers: CommandResult[] = [];
  for (let n = 0; n < size; n++) {
    answers.push(await submit(shop, `click-${String(n)}`));
    shop.clock.advance(1_000 / size);
  }
  const [first] = answers;
  expect(answers.map(({ outcome }) => outcome)).toEqual([
    'accepted',
    ...answers.slice(1).map(() => 'duplicate'),
  ]);
  expect(new Set(answers.map(({ stream }) => stream.key))).toEqual(new Set([first?.stream.key]));
  await shop.pass(MINUTE);
  const later = await submit(shop, 'later');
  expect(later).toMatchObject({ outcome: 'accepted' });
  expect(later.stream.key).not.toBe(first?.stream.key);
  await shop.pass(MINUTE);
  expect(await submit(shop, 'click-0')).toMatchObject({ outcome: 'duplicate', stream: first?.stream });
  expect(await submit(shop, 'click-0', 2)).toMatchObject({ outcome: 'refused' });
});

const stepperWith = (has: Trial['has']) => {
  if (!has('grammar')) return anythingFollows;
  return has('surplus-goes-back') ? tableStepper : noSurplus;
};

statement('14.5', async ({ has }) => {
  const shop = await openShop({ registry: domainRegistry({ stepper: stepperWith(has) }) });
  const order = await shop.place('one');
  const other = { ...payment, paymentId: 'p-2', provider: 'wallet' };
  expect(await shop.sayTo(order, 'StartPayment', payment)).toMatchObject({ outcome: 'accepted' });
  const second = await shop.sayTo(order, 'StartPayment', other);
  expect(second).toMatchObject({ outcome: 'refused', rejection: { code: 'payment-under-way' } });
  expect(second.rejection?.reason).toContain('once this one is reported as failed');
  expect(await shop.sayTo(order, 'ConfirmPayment', payment)).toMatchObject({ outcome: 'accepted' });
  expect(await shop.sayTo(order, 'ConfirmPayment', other)).toMatchObject({ outcome: 'accepted' });
  expect(await shop.sayTo(order, 'ConfirmPayment', other)).toMatchObject({
    ...{ outcome: 'refused', rejection: { code: 'payment-known' } },
  });
  const state = await shop.stateOf(order);
  const { paymentId, provider } = other;
  const leg = { paymentId, provider, amount: PRICE, confirmed: false };
  expect(state.money.refunds).toEqual([
    { refundId: 'refund-1', amount: PRICE, confirmed: false, legs: [leg] },
  ]);
  expect([state.money.paid, isListed('to-refund', state)]).toEqual([PRICE, true]);
});
