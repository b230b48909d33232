import { isSignedNow, keyOf, paymentCallbacks, signedHeaders } from '@orderloom/effects';
import { outstanding, type OrderState, type StockState } from '@orderloom/domain';
import {
  random,
  type ProviderBook,
  type ProviderCallback,
  type ProviderFaults,
  type Random,
} from '@orderloom/testing';
import { LEGS } from '../systems/billed-shop.ts';
import { openPayingShop, type PayingShop } from '../systems/paying-shop.ts';
import { MINUTE, PRICE, type ShopParts } from '../systems/shop.ts';

/** What the provider does to us: a fifth of its callbacks is lost, a fifth comes twice, a fifth late, and so with calls about legs, and more. */
const FAULTS: ProviderFaults = {
  ...{ drops: 0.2, duplicates: 0.2, delays: 0.2, lies: 0.02 },
  ...{ fails: 0.1, neverDecides: 0.01, silent: 0.1, loses: 0.05 },
};
const SKUS = ['TEA', 'MUG', 'POT'];
/** How many buyers pay by a bill, with a coupon, points and a card. */
const BILLED = 0.2;
const EVERY_SECOND = 20;
/** The slowest act of an order, and the latest callback, are behind it by then, s. */
const LONGEST_S = 400;
const SECRET = `whsec_${Buffer.from('a key of twenty-four byte').toString('base64')}`;

type Life = {
  readonly order: string;
  readonly name: string;
  readonly quantity: number;
};

type Book = {
  readonly shop: PayingShop;
  readonly dice: Random;
  readonly lives: Life[];
  /** Second -> what happens then. */
  readonly acts: Map<number, (() => Promise<unknown>)[]>;
};

const at = ({ acts }: Book, second: number, act: () => Promise<unknown>): void => {
  const there = acts.get(second) ?? [];
  acts.set(second, there);
  there.push(act);
};

const startPayment = async ({ shop }: Book, life: Life, attempt: number): Promise<void> => {
  const { order, name, quantity } = life;
  const amount = quantity * PRICE;
  const payment = { paymentId: `pay-${name}-${String(attempt)}`, amount, currency: 'EUR' };
  const started = await shop.sayTo(order, 'StartPayment', { ...payment, provider: 'bank' });
  if (started.outcome === 'accepted') shop.provider.begin({ ...payment, reference: order });
};

/** All that is outstanding, by three legs. */
const issueBill = async ({ shop }: Book, { order, name }: Life, attempt: number): Promise<void> => {
  const amount = outstanding(await shop.stateOf(order));
  const fifth = Math.floor(amount / 5);
  const legs = LEGS.map((leg) => ({ ...leg, amount: leg.kind === 'card' ? amount - 2 * fifth : fifth }));
  const billId = `bill-${name}-${String(attempt)}`;
  await shop.sayTo(order, 'IssueBill', { billId, purpose: 'balance', amount, legs, balanceDue: null });
};

/** A buyer comes; what becomes of the order later is said by the dice, and refused where it cannot be. */
const begin = async (book: Book, name: string, second: number): Promise<void> => {
  const { shop, dice, lives } = book;
  const quantity = 1 + dice.below(3);
  const sku = dice.oneOf(SKUS);
  const lines = [{ lineId: 'a', sku, quantity, unitPrice: PRICE, discount: 0, tax: null }];
  const order = await shop.place(name, { lines, total: quantity * PRICE });
  const life: Life = { order, name, quantity };
  lives.push(life);
  const pay = dice.chance(BILLED) ? issueBill : startPayment;
  await pay(book, life, 1);
  const cancel = (pieces: number | null) =>
    shop.sayTo(order, 'CancelOrder', {
      ...{ reason: 'changed-mind', lines: pieces && [{ lineId: 'a', quantity: pieces }] },
    });
  if (dice.chance(0.15)) at(book, second + dice.below(100), () => cancel(null));
  if (dice.chance(0.15)) at(book, second + dice.below(200), () => cancel(1));
  if (dice.chance(0.5))
    at(book, second + 100 + dice.below(200), () =>
      shop.sayTo(order, 'ShipLines', { parcelId: `P-${name}`, lines: [{ lineId: 'a', quantity: 1 }] }),
    );
  if (dice.chance(0.7)) at(book, second + 150, () => pay(book, life, 2));
};

const takesCallbacks = ({ provider, engine, clock }: PayingShop): (() => Promise<unknown>) => {
  const accounts = new Map([['bank', { tenant: 'main', callbackSecret: SECRET }]]);
  const take = paymentCallbacks({ accounts, send: engine.send, isSigned: isSignedNow(clock.now) });
  const key = keyOf(SECRET);
  if (key === undefined) throw new Error('the secret is none');
  const underWay: Promise<unknown>[] = [];
  let called = 0;
  provider.onCallback((callback: ProviderCallback) => {
    const body = JSON.stringify(callback);
    const id = `m-${String((called += 1))}`;
    const headers = signedHeaders(key, { id, at: clock.now(), body });
    const timestamp = headers['webhook-timestamp'] ?? '';
    const signature = headers['webhook-signature'] ?? '';
    underWay.push(take('bank', { id, timestamp, signature, body: Buffer.from(body) }));
  });
  return () => Promise.all(underWay.splice(0));
};

const hours = async (shop: PayingShop, count: number): Promise<void> => {
  for (let minute = 0; minute < count * 60; minute++) {
    await shop.pass(MINUTE - 1_000);
    await shop.seconds(1);
  }
};

/** Somebody works off the list of what nobody could tell: looks at the provider's account, and says what is there. */
const clarify = async ({ shop, lives }: Book): Promise<void> => {
  const ledger = shop.provider.ledger();
  for (const { order } of lives) {
    const { money } = await shop.stateOf(order);
    for (const { paymentId, status } of money.payments) {
      const captured = ledger.get(paymentId)?.captured ?? 0;
      if ((status !== 'unknown' && status !== 'mismatched') || captured === 0) continue;
      const found = { paymentId, provider: 'bank', amount: captured, currency: 'EUR' };
      await shop.sayTo(order, 'ConfirmPayment', found, { actor: 'ann' });
    }
  }
};

const NOTHING: ProviderBook = { frozen: 0, captured: 0, refunded: 0 };

/** What an order has of each payment, and of each leg of a bill that is not paid; a void one has let go of all of them. */
const booksOf = ({ money, bills = [] }: OrderState): ReadonlyMap<string, ProviderBook> => {
  const books = new Map<string, ProviderBook>();
  for (const { billId, status, legs } of bills)
    for (const leg of status === 'open' ? legs : []) {
      const [frozen, captured] = ['frozen', 'captured'].map((one) => (leg.status === one ? leg.amount : 0));
      books.set(`${billId}/${leg.legId}`, { ...NOTHING, frozen: frozen ?? 0, captured: captured ?? 0 });
    }
  for (const { paymentId, paid, surplus } of money.payments)
    books.set(paymentId, { ...NOTHING, captured: paid + surplus });
  for (const { paymentId, confirmed, amount } of money.refunds.flatMap(({ legs }) => legs)) {
    const book = books.get(paymentId);
    if (confirmed && book) books.set(paymentId, { ...book, refunded: book.refunded + amount });
  }
  return books;
};

/** What an order still waits for. */
const owedOf = (order: string, { money, bills = [] }: OrderState): readonly string[] => [
  ...money.refunds
    .filter(({ confirmed }) => !confirmed)
    .map(({ refundId }) => `${refundId} of ${order} is not back`),
  ...bills
    .filter(({ status, legs }) => status === 'open' || legs.some((leg) => leg.status === 'releasing'))
    .map(({ billId }) => `${billId} is not over`),
];

/** Where our books and the provider's are not the same, payment by payment and leg by leg, to the minor unit. */
const moneyDifferences = async ({ shop, lives }: Book): Promise<readonly string[]> => {
  const ours = new Map<string, ProviderBook>();
  const owed: string[] = [];
  for (const { order } of lives) {
    const state = await shop.stateOf(order);
    for (const [paymentId, book] of booksOf(state)) ours.set(paymentId, book);
    owed.push(...owedOf(order, state));
  }
  const different = [...shop.provider.ledger()].filter(([paymentId, theirs]) => {
    const { frozen, captured, refunded } = ours.get(paymentId) ?? NOTHING;
    return frozen !== theirs.frozen || captured !== theirs.captured || refunded !== theirs.refunded;
  });
  return [...owed, ...different.map(([paymentId]) => `${paymentId} is another amount at the provider`)];
};

/** Where pieces have come from nowhere, or have gone there. */
const stockDifferences = async ({ shop, lives }: Book): Promise<readonly string[]> => {
  const held = new Map<string, number>();
  const shipped = new Map<string, number>();
  const add = (to: Map<string, number>, sku: string, count: number) =>
    to.set(sku, (to.get(sku) ?? 0) + count);
  for (const { order } of lives) {
    const { placed, lines } = await shop.stateOf(order);
    for (const [n, counts] of lines.entries()) {
      const sku = placed.lines[n]?.sku ?? '';
      add(held, sku, counts.reserved);
      add(shipped, sku, counts.shipped);
    }
  }
  const differences: string[] = [];
  for (const sku of SKUS) {
    const found = await shop.engine.stateOf({ tenant: 'main', type: 'stock', key: `${sku}@main` });
    const stock = found?.state as StockState;
    const isWhole = stock.received + stock.adjusted === stock.available + stock.held + stock.shipped;
    if (!isWhole || stock.held !== held.get(sku) || stock.shipped !== shipped.get(sku))
      differences.push(`${sku} is not what its orders have`);
  }
  return differences;
};

export type PaidLives = {
  readonly seed: number;
  readonly orders: number;
  /** The tenant has its provider asked. */
  readonly asks: boolean;
  readonly registry?: ShopParts['registry'];
};

/** What a run has moved, and where the books differ when it is over. */
export type PaidLivesEnd = {
  readonly captured: number;
  readonly refunded: number;
  /** Of what was captured, by legs of bills. */
  readonly byLegs: number;
  /** Bills of which nothing was taken in the end. */
  readonly letGo: number;
  readonly differences: readonly string[];
};

/** Orders through the whole engine, with a provider that has faults, until nothing moves any more. */
export const paidLives = async ({ seed, orders, asks, registry }: PaidLives): Promise<PaidLivesEnd> => {
  const parts = registry === undefined ? {} : { registry };
  const shop = await openPayingShop({ ...parts, seed, faults: FAULTS, decidesWithinMs: 20_000 });
  const book: Book = { shop, dice: random(seed + 1), lives: [], acts: new Map() };
  if (asks) for (const { provider: name } of LEGS) await shop.register({ name, refunds: true, legs: true });
  await shop.setPolicy({ stock: 'tracked' });
  for (const sku of SKUS)
    await shop.accepted(`stock/${sku}@main`, 'ReceiveStock', { quantity: 3 * orders, reference: 'r' });
  const calledBack = takesCallbacks(shop);
  const seconds = Math.ceil(orders / EVERY_SECOND) + LONGEST_S;
  for (let second = 0; second < seconds; second++) {
    for (let n = 0; n < EVERY_SECOND && book.lives.length < orders; n++)
      await begin(book, `${String(seed)}-${String(book.lives.length)}`, second);
    for (const act of book.acts.get(second) ?? []) await act();
    await shop.seconds(1);
    await calledBack();
  }
  await hours(shop, 1);
  await clarify(book);
  await hours(shop, 5);
  const ledger = [...shop.provider.ledger()];
  const captured = (all: typeof ledger): number => all.reduce((sum, [, one]) => sum + one.captured, 0);
  const states = await Promise.all(book.lives.map(({ order }) => shop.stateOf(order)));
  const differences = [...(await moneyDifferences(book)), ...(await stockDifferences(book))];
  await shop.stop();
  return {
    captured: captured(ledger),
    refunded: ledger.reduce((sum, [, one]) => sum + one.refunded, 0),
    byLegs: captured(ledger.filter(([paymentId]) => paymentId.startsWith('bill-'))),
    letGo: states.flatMap(({ bills = [] }) => bills).filter(({ status }) => status === 'void').length,
    differences,
  };
};
