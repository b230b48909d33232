// An order is paid with coupon, points and card, or with none of them; and what goes back goes back the way it came.
import { expect } from '@jest/globals';
import { domainRegistry, outstanding, tableStepper, type OrderState } from '@orderloom/domain';
import { random, type LegFault, type LegStep } from '@orderloom/testing';
import { bill, LEGS } from './billed-shop.ts';
import { paidByCalls, type Trouble } from './leg-calls.ts';
import { anOrder, DAY, MINUTE, NOON, openShop, payment, pieces, PRICE, type Shop } from './shop.ts';
import { statement, type Trial } from './statement.ts';
import { anyOrderOfRefunds, endlessBills, heldForEver, noDeadlines } from './without.ts';

const registry = domainRegistry({ stepper: tableStepper });

const LEG_NUMBERS = LEGS.map((_, at) => at + 1);
const onEach = (step: LegStep, hows: readonly LegFault[]): readonly (readonly Trouble[])[] =>
  LEG_NUMBERS.flatMap((leg) => hows.map((how) => [{ leg, step, how }]));

/** Calls whose answers are lost, or whose first attempt is; then all is taken. */
const TAKEN: readonly (readonly Trouble[])[] = [
  [],
  ...onEach('freeze', ['mute', 'again']),
  ...onEach('capture', ['mute', 'again']),
  [{ leg: 1, step: 'freeze', how: 'lost', once: true }],
  [{ leg: 3, step: 'capture', how: 'late', once: true }],
];
const refusedCard: Trouble = { leg: 3, step: 'capture', how: 'refused' };
/** Then all is let go. */
const LET_GO: readonly (readonly Trouble[])[] = [
  ...onEach('freeze', ['refused', 'lost', 'late', 'lies', 'undecided']),
  ...onEach('capture', ['refused', 'lost', 'late']),
  ...LEG_NUMBERS.map((leg) => [refusedCard, { leg, step: 'release', how: 'mute' }] as const),
  ...LEG_NUMBERS.map((leg) => [refusedCard, { leg, step: 'release', how: 'lost', once: true }] as const),
];

const withTimers = (has: Trial['has']) => {
  const whole = has('void-bills-are-let-go') ? registry : heldForEver(registry);
  return has('timers-from-the-log') ? whole : noDeadlines(whole);
};

/** Some of the writes, evenly; `at`: which of them, so that those of one trouble lie between those of another. */
const someOf = (writes: number, size: number, at: number): ReadonlySet<number> => {
  const stride = Math.max(1, writes / size);
  const first = (at % 4) * (stride / 4);
  return new Set(
    Array.from({ length: size }, (_, n) => Math.min(writes, 1 + Math.floor(first + n * stride))),
  );
};

statement('18.1', async ({ has, size }) => {
  const product = { registry: withTimers(has), asksFirst: has('asks-before-repeating') };
  const ways = [
    ...TAKEN.map((troubles) => ({ troubles, captured: PRICE, is: 'paid', paid: PRICE })),
    ...LET_GO.map((troubles) => ({ troubles, captured: 0, is: 'awaiting', paid: 0 })),
  ];
  let kills = 0;
  for (const [at, { troubles, ...end }] of ways.entries()) {
    const lives = async (kill?: number): Promise<number> => {
      const { writes, afterTimeout, isKilled, ...found } = await paidByCalls({
        ...{ ...product, troubles },
        ...(kill !== undefined && { kill }),
      });
      expect({ troubles, kill, ...found }).toEqual({ troubles, kill, ...end, frozen: 0, repeats: 0 });
      const isLetGoAtOnce = troubles.every(({ step }) => step !== 'release');
      if (isLetGoAtOnce)
        expect({ troubles, kill, afterTimeout }).toEqual({ troubles, kill, afterTimeout: 0 });
      if (isKilled) kills += 1;
      return writes;
    };
    const writes = await lives();
    expect(writes).toBeGreaterThan(6);
    for (const kill of someOf(writes, size, at)) await lives(kill);
  }
  expect(kills).toBeGreaterThan(2 * ways.length);
});

/** What is open of an order's bills, and what it owes, at every version. */
const isBilledRight = ({ bills = [] }: OrderState, owed: number): boolean =>
  bills.every(
    ({ status, amount, legs }) =>
      legs.reduce((sum, leg) => sum + leg.amount, 0) === amount && (status !== 'open' || amount === owed),
  );

const twoLegs = (amount: number) => [
  { legId: 'coupon', kind: 'coupon', provider: 'coupons', amount: 100 },
  { legId: 'card', kind: 'card', provider: 'bank', amount: amount - 100 },
];

statement('18.2', async ({ has, size }) => {
  const dice = random(18);
  const shop = await openShop({ registry: has('one-price-one-bill') ? registry : endlessBills(registry) });
  let ended = 0;
  for (let n = 0; n < size; n++) {
    const order = await shop.place(String(n), anOrder(4));
    for (let step = 0; step < 12; step++) {
      const owed = outstanding(await shop.stateOf(order));
      const amount = owed + (dice.below(4) === 0 ? 1 : 0);
      const billId = `b${String(step)}`;
      const said = [
        () => shop.sayTo(order, 'IssueBill', bill(billId, { amount, legs: twoLegs(amount) })),
        () => shop.sayTo(order, 'IssueBill', bill(billId, { amount: owed, legs: twoLegs(owed + 1) })),
        () => shop.sayTo(order, 'CancelOrder', { reason: 'less', lines: pieces(1) }),
      ][dice.below(3)]!;
      const answer = await said();
      const state = await shop.stateOf(order);
      expect(isBilledRight(state, outstanding(state))).toBe(true);
      if (answer.outcome === 'accepted' && state.bills?.at(-1)?.status === 'void') ended += 1;
    }
  }
  expect(ended).toBeGreaterThan(size / 4);
});

const money = (paymentId: string, provider: string, amount: number) => ({ paymentId, provider, amount });

statement('18.3', async ({ has }) => {
  const shop = await openShop({
    registry: has('refunds-as-declared') ? registry : anyOrderOfRefunds(registry),
  });
  const legs = [
    { legId: 'card', kind: 'card', provider: 'bank', amount: 1_999 },
    { legId: 'points', kind: 'points', provider: 'loyalty', amount: 1_001 },
    { legId: 'coupon', kind: 'coupon', provider: 'coupons', amount: 750 },
  ];
  const refundsOf = async (refundOrder: readonly string[]) => {
    await shop.setPolicy({ refundOrder });
    const order = await shop.place(refundOrder.join(), anOrder(3));
    await shop.sayTo(order, 'IssueBill', bill('b', { amount: 3 * PRICE, legs }));
    for (const { legId } of legs) await shop.sayTo(order, 'ReportLegCaptured', { billId: 'b', legId });
    for (let n = 0; n < 3; n++)
      await shop.sayTo(order, 'CancelOrder', { reason: 'less', lines: n < 2 ? pieces(1) : null });
    const { refunds } = (await shop.stateOf(order)).money;
    const said = refunds.map((refund) => refund.legs.map(({ confirmed: _, ...leg }) => leg));
    // Each leg is confirmed by itself, the last refund first.
    for (const { refundId, legs: parts } of refunds.toReversed())
      for (const { paymentId, provider, amount } of parts)
        expect(
          await shop.sayTo(order, 'ConfirmRefund', { refundId, paymentId, provider, amount }),
        ).toMatchObject({ outcome: 'accepted' });
    expect(shop.statusOf(order)['payment']).toBe('refunded');
    return said;
  };
  expect(await refundsOf(['card', 'points'])).toEqual([
    [money('b/card', 'bank', 1_250)],
    [money('b/card', 'bank', 749), money('b/points', 'loyalty', 501)],
    [money('b/points', 'loyalty', 500), money('b/coupon', 'coupons', 750)],
  ]);
  expect(await refundsOf(['loyalty', 'coupons'])).toEqual([
    [money('b/points', 'loyalty', 1_001), money('b/coupon', 'coupons', 249)],
    [money('b/coupon', 'coupons', 501), money('b/card', 'bank', 749)],
    [money('b/card', 'bank', 1_250)],
  ]);
});

const DEPOSIT = 250;
const byCard = (amount: number) => [{ legId: 'card', kind: 'card', provider: 'bank', amount }];

/** An order of a pre-sale, its deposit billed: it is to be paid at once, and the balance within three days. */
const presold = async (shop: Shop, name: string): Promise<string> => {
  const order = await shop.place(name);
  const balanceDue = NOON + 3 * DAY;
  const data = bill('deposit', { purpose: 'deposit', amount: DEPOSIT, legs: byCard(DEPOSIT), balanceDue });
  expect(await shop.sayTo(order, 'IssueBill', data)).toMatchObject({ outcome: 'accepted' });
  return order;
};

statement('18.4', async ({ has }) => {
  const shop = await openShop({ registry: has('timers-from-the-log') ? registry : noDeadlines(registry) });
  const [both, none, half] = [
    await presold(shop, 'both'),
    await presold(shop, 'none'),
    await presold(shop, 'half'),
  ];
  const captured = (order: string, billId: string) =>
    shop.sayTo(order, 'ReportLegCaptured', { billId, legId: 'card' });
  const is = () => [both, none, half].map((order) => shop.statusOf(order)['payment']);
  for (const order of [both, half])
    expect(await captured(order, 'deposit')).toMatchObject({ outcome: 'accepted' });
  await shop.pass(DAY);
  // The deposit that nobody paid was let go with its bill, and its order timed out.
  expect(is()).toEqual(['awaiting', 'void', 'awaiting']);
  const rest = PRICE - DEPOSIT;
  await shop.sayTo(both, 'IssueBill', bill('balance', { amount: rest, legs: byCard(rest) }));
  await captured(both, 'balance');
  await shop.pass(2 * DAY + MINUTE);
  expect(is()).toEqual(['paid', 'void', 'refunding']);
  expect((await shop.stateOf(both)).money).toMatchObject({ paid: PRICE, refunds: [] });
  const back = money('deposit/card', 'bank', DEPOSIT);
  expect((await shop.stateOf(half)).money.refunds).toMatchObject([{ amount: DEPOSIT, legs: [back] }]);
  expect(await shop.sayTo(half, 'ConfirmPayment', payment)).toMatchObject({ outcome: 'accepted' });
});
