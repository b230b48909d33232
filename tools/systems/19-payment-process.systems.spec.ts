// Money moves between accounts, and never comes from nowhere: whatever happens at once, and wherever a replay is stopped.
import { afterEach, expect } from '@jest/globals';
import type { RecordedEvent } from '@orderloom/decider';
import { domainRegistry, tableStepper, type ExchangeNotedData, type OrderEvent } from '@orderloom/domain';
import {
  createProjector,
  eventsIn,
  jsonCodec,
  memoryKeyStore,
  memoryViewStore,
  type KeyStore,
  type Sum,
  type ViewStore,
} from '@orderloom/engine';
import {
  noBalances,
  orderView,
  posted,
  postingsOf,
  projections,
  type Balances,
  type Posting,
} from '@orderloom/views';
import { fakePaymentProvider, virtualClock, type ProviderBook } from '@orderloom/testing';
import { openExchange, sealReceiver, subjectOf } from '@orderloom/wire';
import { openPayingShop, type PayingShop } from './paying-shop.ts';
import { NOON, openShop, payment, PRICE, type Shop } from './shop.ts';
import { statement, type Trial } from './statement.ts';
import { aReceiver, PLANTED, spokenOf, talkative, type Spoken } from './talkative-provider.ts';
import { notesNothing } from './without.ts';

const MERCHANTS = 5;
const merchantOf = (n: number): string => `m-${String(n % MERCHANTS)}`;

/** Every order is paid, every third one twice, and all are cancelled; what is due goes back to all of them at once, each told twice. */
const refundedAtOnce = async (shop: Shop, size: number): Promise<readonly string[]> => {
  const numbers = Array.from({ length: size }, (_, n) => n);
  const atOnce = (say: (n: number) => Promise<unknown>) => Promise.all(numbers.map(say));
  const orders = await Promise.all(
    numbers.map((n) => shop.place(`order-${String(n)}`, { merchantId: merchantOf(n) })),
  );
  const order = (n: number): string => orders[n] ?? '';
  await atOnce((n) => shop.sayTo(order(n), 'ConfirmPayment', payment));
  await atOnce(async (n) =>
    n % 3 === 0 ? shop.sayTo(order(n), 'ConfirmPayment', { ...payment, paymentId: 'p-2' }) : undefined,
  );
  await atOnce((n) => shop.sayTo(order(n), 'CancelOrder', { reason: 'mind', lines: null }));
  const refund = (n: number, at: number) =>
    shop.sayTo(order(n), 'ConfirmRefund', {
      ...{ refundId: `refund-${String(at)}`, amount: PRICE, paymentId: null, provider: null },
    });
  await atOnce((n) => Promise.all([refund(n, 1), refund(n, 1), refund(n, 2)]));
  return orders;
};

/** Without `both-sides`: what comes in comes from nowhere. */
const ledgerWith = (has: Trial['has']) => (event: OrderEvent, before: Balances) => {
  const postings = postingsOf(event, before);
  const hasBoth = has('both-sides') || event.type !== 'RefundConfirmed';
  return hasBoth ? postings : postings.slice(1);
};

/** A store that is away once, in the middle of a window. Without `sums-with-checkpoint` it has the window's sums by then. */
const awayOnce = (store: ViewStore, at: number, keepsTogether: boolean): ViewStore => {
  let wasAway = false;
  return {
    ...store,
    commit: async (batch) => {
      if (wasAway || batch.checkpoint.index < at) return store.commit(batch);
      wasAway = true;
      const before = {
        writes: [],
        removals: [],
        chunks: [],
        parked: [],
        checkpoint: await store.checkpoint(),
      };
      if (!keepsTogether) await store.commit({ ...before, sums: batch.sums ?? [] });
      throw new Error('the store is away');
    },
  };
};

const amountsIn = (sums: readonly Sum[]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    sums.filter(({ amount }) => amount !== 0n).map(({ name, amount }) => [name, Number(amount)]),
  );

/** Index of its last event. */
const lastOf = ({ disk }: Shop): number => {
  const { first = 1, count = 0 } = disk.groups.at(-1) ?? {};
  return first + count - 1;
};

statement('19.1', async ({ has, size }) => {
  const shop = await openShop();
  const orders = await refundedAtOnce(shop, size);
  const post = ledgerWith(has);
  const ledgers = new Map<string, Balances>();
  let all: Balances = noBalances;
  const codec = jsonCodec();
  const { store, reader } = memoryViewStore();
  const moody = awayOnce(store, lastOf(shop) / 2, has('sums-with-checkpoint'));
  const registry = domainRegistry({ stepper: tableStepper });
  const projector = createProjector({ store: moody, codec, registry, projections });
  for (const group of shop.disk.groups) {
    for (const { stream, type, data } of eventsIn(codec, [group.frames])) {
      if (stream.type !== 'order') continue;
      const before = ledgers.get(stream.key) ?? noBalances;
      const postings: readonly Posting[] = post({ type, data } as OrderEvent, before);
      ledgers.set(stream.key, posted(before, postings));
      all = posted(all, postings);
      expect(Object.values(all).reduce((sum, amount) => sum + amount, 0)).toBe(0);
    }
    await projector.apply([group]).catch(() => projector.apply([group]));
    expect(amountsIn(await reader.sums(orderView.name, 'main/all:'))).toEqual(all);
  }
  // All has gone back: the orders have earned nothing, and no provider has anything.
  expect(orders.map((order) => ledgers.get(order))).toEqual(orders.map(() => noBalances));
  for (const merchant of [0, 1, 2, 3, 4].map(merchantOf))
    expect(amountsIn(await shop.engine.sums('order', 'main', `merchant:${merchant}`))).toEqual({});
  const states = await Promise.all(orders.map((order) => shop.stateOf(order)));
  expect(states.flatMap(({ money }) => money.refunds).every(({ confirmed }) => confirmed)).toBe(true);
});

const opened: PayingShop[] = [];
afterEach(async () => {
  for (const shop of opened.splice(0)) await shop.stop();
});

statement('19.4', async ({ has, size }) => {
  const shop = await openPayingShop({
    ...{ seed: 194, faults: { silent: 0.5 }, decidesWithinMs: 1_000 },
    asksFirst: has('asks-before-repeating'),
  });
  opened.push(shop);
  await shop.register({ refunds: true });
  const orders: string[] = [];
  for (let n = 0; n < size; n++) {
    const name = String(n);
    const order = await shop.begin(name);
    orders.push(order);
    await shop.accepted(`order/${order}`, 'ConfirmPayment', { ...payment, paymentId: `pay-${name}` });
  }
  await shop.seconds(2);
  for (const order of orders)
    await shop.accepted(`order/${order}`, 'CancelOrder', { reason: 'changed-mind', lines: null });
  // Of thousands some are met with silence twelve times: those are listed, and somebody has them asked for again.
  const unfinished = async () => [...(await shop.listed('waiting')), ...(await shop.listed('given-up'))];
  do {
    for (let minutes = 0; minutes < 60; minutes++) {
      await shop.pass(59_000);
      await shop.seconds(1);
    }
    for (const effect of await shop.listed('given-up'))
      await shop.accepted(`effect/${effect}`, 'RedriveEffect', {});
  } while ((await unfinished()).length > 0);
  expect([...shop.provider.asked().values()]).toEqual(orders.map(() => 1));
  expect([...shop.provider.ledger().values()]).toEqual(
    orders.map(() => ({ frozen: 0, captured: PRICE, refunded: PRICE })),
  );
  const states = await Promise.all(orders.map((order) => shop.stateOf(order)));
  expect(states.map(({ money }) => money.refunds.every((refund) => refund.confirmed))).toEqual(
    orders.map(() => true),
  );
});

/** What was captured and given back, as the journal says it and nothing else. */
const fromTheJournal = (events: readonly RecordedEvent[]) => {
  const books = new Map<string, ProviderBook>();
  for (const { type, data } of events) {
    if (type !== 'ExchangeNoted') continue;
    const { kind, sent, received } = data as ExchangeNotedData;
    const said = JSON.parse(received ?? '{}') as { status?: string; amount?: number; paymentId?: string };
    const asked = JSON.parse(sent ?? '{}') as { call?: string; paymentId?: string };
    const payment = said.paymentId ?? asked.paymentId ?? asked.call?.split('/').at(-1) ?? '';
    const book = books.get(payment) ?? { frozen: 0, captured: 0, refunded: 0 };
    if (said.status === 'paid') books.set(payment, { ...book, captured: said.amount ?? 0 });
    if (said.status === 'refunded' && kind === 'refund')
      books.set(payment, { ...book, refunded: said.amount ?? 0 });
  }
  return books;
};

/** Every third order is of somebody whose name it does not have, or of nobody who has one. */
const buyerOf = (keys: KeyStore, n: number): object => {
  const buyerId = n % 6 === 5 ? null : `buyer-${String(n)}`;
  const subject = subjectOf('main', buyerId, '');
  return { buyerId, receiver: n % 3 === 2 ? null : sealReceiver(keys, 'main', subject, aReceiver) };
};

const sorted = (all: readonly (Spoken | null)[]): readonly string[] =>
  all.map((one) => JSON.stringify(one)).sort();

/** What was noted, opened with the keys; `null`: it does not open. */
const openedWith = (keys: KeyStore, events: readonly RecordedEvent[]): readonly (Spoken | null)[] =>
  events.flatMap(({ type, stream, data }) => {
    if (type !== 'ExchangeNoted') return [];
    const { sealed } = data as ExchangeNotedData;
    const order = { tenant: stream.tenant, orderId: stream.key };
    const found = sealed === null ? undefined : openExchange(keys, order, sealed);
    return [found === undefined ? null : spokenOf(stream.key, found)];
  });

statement('19.2', async ({ has, size }) => {
  const whole = domainRegistry({ stepper: tableStepper });
  const clock = virtualClock(NOON);
  const faults = { fails: 0.2, drops: 0.5 };
  const fake = fakePaymentProvider({ seed: 192, clock, faults, decidesWithinMs: 20_000 });
  const talks = talkative(fake);
  const keys = memoryKeyStore();
  const shop = await openPayingShop({
    ...{ seed: 192, faults, decidesWithinMs: 20_000, clock, provider: talks.provider },
    registry: has('exchanges-are-noted') ? whole : notesNothing(whole),
    keyStore: has('whole-messages') ? keys : undefined,
  });
  opened.push(shop);
  await shop.register({ refunds: true });
  const calledBack = talks.callBack(shop);
  const orders: string[] = [];
  for (let n = 0; n < size; n++) orders.push(await shop.begin(String(n), buyerOf(keys, n)));
  await shop.seconds(60);
  for (const order of orders.filter((_, n) => n % 3 === 0))
    await shop.sayTo(order, 'CancelOrder', { reason: 'changed-mind', lines: null });
  await shop.seconds(10);
  expect(new Set(await calledBack())).toEqual(new Set(['told']));
  const moved = new Map([...shop.provider.ledger()].filter(([, { captured }]) => captured > 0));
  expect(fromTheJournal(shop.events())).toEqual(moved);
  const places = shop.events().filter(({ type }) => type === 'ExchangeNoted');
  expect(new Set(places.map(({ stream }) => stream.key))).toEqual(new Set(orders));
  // Whole: each message, byte by byte but for the secrets in it, with its order, and nothing else.
  const kept = openedWith(keys, shop.events());
  expect(sorted(kept)).toEqual(sorted(talks.said(orders)));
  const bytes = Buffer.concat(shop.disk.groups.map(({ frames }) => frames));
  expect(PLANTED.filter((text) => bytes.includes(text))).toEqual([]);
  const owners = places.map(({ data }) => (data as ExchangeNotedData).sealed?.subject ?? '');
  expect([...new Set(owners)].filter((subject) => !keys.erase(subject))).toEqual([]);
  expect(openedWith(keys, shop.events())).toEqual(places.map(() => null));
  expect(fromTheJournal(shop.events())).toEqual(moved);
});
