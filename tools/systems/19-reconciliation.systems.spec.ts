// A provider's file is held against the orders: what somebody has planted in it is found, where it was planted, and nothing else.
import { expect } from '@jest/globals';
import { reconcile, type Books, type Held, type Statement } from '@orderloom/client';
import { domainRegistry, tableStepper, type Movement, type ReconciliationState } from '@orderloom/domain';
import { random } from '@orderloom/testing';
import { settledList, settledOf, type OrderDocument } from '@orderloom/views';
import { MINUTE, openShop, payment, PRICE, type Shop } from './shop.ts';
import { statement } from './statement.ts';
import { namelessPayments } from './without.ts';

const PROVIDER = payment.provider;
const DAY = '2026-01-01';
const registry = domainRegistry({ stepper: tableStepper });

/** What the views of a shop say. */
const booksOf = ({ engine, say }: Shop): Books => {
  const documentsIn = async (list: string) => {
    await engine.settled();
    const found: { id: string; version: number; document: OrderDocument }[] = [];
    for (let before: string | null = null, pages = 0; pages === 0 || before !== null; pages++) {
      const page = await engine.list('order', 'main', list, before, 200);
      found.push(...(page.documents as typeof found));
      before = page.next;
    }
    return found.map((one) => ({ ...one, id: one.id.slice('main/'.length) }));
  };
  return {
    onDay: async (provider, day) =>
      (await documentsIn(settledList(provider, day)))
        .flatMap((one) => settledOf(one, provider))
        .filter((one) => one.day === day),
    ofPayment: async (provider, paymentId) =>
      (await documentsIn('all:'))
        .flatMap((one) => settledOf(one, provider))
        .filter((one) => one.paymentId === paymentId),
    held: async (key) => {
      const found = await engine.stateOf({ tenant: 'main', type: 'reconciliation', key });
      return found?.state as (ReconciliationState & Held) | undefined;
    },
    send: async (key, { id, type, data, actor = null }) => {
      const { outcome, rejection } = await say(`reconciliation/${key}`, type, data, { commandId: id, actor });
      if (outcome === 'refused') throw new Error(rejection?.reason);
    },
  };
};

const paid = (paymentId: string, amount = PRICE): Movement => ({
  ...{ moved: 'paid', paymentId, amount, currency: 'EUR' },
});
const refunded = (paymentId: string): Movement => ({ ...paid(paymentId), moved: 'refunded' });

/** Orders that are paid, each told five times; every fourth is cancelled and refunded. Gives what the provider has moved. */
const aDay = async (shop: Shop, size: number): Promise<readonly Movement[]> => {
  const moved: Movement[] = [];
  for (let n = 0; n < size; n++) {
    const order = await shop.place(`order-${String(n)}`);
    const paymentId = `pay-${String(n)}`;
    for (let again = 0; again < 5; again++)
      await shop.sayTo(order, 'ConfirmPayment', { ...payment, paymentId });
    moved.push(paid(paymentId));
    if (n % 4 !== 0) continue;
    await shop.sayTo(order, 'CancelOrder', { reason: 'mind', lines: null });
    const back = { refundId: 'refund-1', amount: PRICE, paymentId: null, provider: null };
    await shop.sayTo(order, 'ConfirmRefund', back);
    moved.push(refunded(paymentId));
  }
  return moved;
};

/** Some rows are taken out, some are over another amount, some nobody here has heard of. */
const planted = (moved: readonly Movement[]) => {
  const dice = random(19);
  const rows: Movement[] = [];
  const expected: string[] = [];
  for (const [at, row] of moved.entries()) {
    const name = `${row.moved} ${row.paymentId}`;
    if (dice.chance(0.05)) expected.push(`missing-there ${name}`);
    else if (dice.chance(0.05)) {
      rows.push({ ...row, amount: row.amount + 1 });
      expected.push(`amount-differs ${name}`);
    } else rows.push(row);
    if (!dice.chance(0.05)) continue;
    rows.push(paid(`stranger-${String(at)}`));
    expected.push(`missing-here paid stranger-${String(at)}`);
  }
  return { rows, expected };
};

const foundIn = ({ differences }: Held): readonly string[] =>
  differences.map(({ kind, moved, paymentId }) => `${kind} ${moved} ${paymentId}`);

/** Its commands go astray from one of them on. */
const killedAt = (books: Books, last: number): Books => {
  let sent = 0;
  return {
    ...books,
    send: async (...said) => {
      if (++sent > last) throw new Error('killed');
      return books.send(...said);
    },
  };
};

statement('19.3', async ({ has, size }) => {
  const shop = await openShop({
    registry: has('payments-by-name') ? registry : namelessPayments(registry),
  });
  const { rows, expected } = planted(await aDay(shop, size));
  const books = booksOf(shop);
  const held: Statement = {
    ...{ provider: PROVIDER, day: DAY, source: 'ab'.repeat(32), movements: rows },
  };
  for (const last of [1, 2, 3]) await reconcile(killedAt(books, last), held).catch(() => undefined);
  const first = await reconcile(books, held);
  expect([...foundIn(first)].sort()).toEqual([...expected].sort());
  expect(first.status).toBe('open');
  const events = shop.events().length;
  expect(await reconcile(books, held)).toEqual(first);
  expect(shop.events()).toHaveLength(events);
  // What the provider tells a day later is no difference any more; the others wait for somebody.
  const late = first.differences.filter(({ kind }) => kind === 'missing-there');
  await shop.pass(24 * 60 * MINUTE);
  const next = await reconcile(books, {
    ...{ provider: PROVIDER, day: '2026-01-02', source: 'cd'.repeat(32) },
    movements: late.map(({ moved, paymentId }) => (moved === 'paid' ? paid : refunded)(paymentId)),
  });
  expect([next.status, next.differences]).toEqual(['settled', []]);
  const after = await books.held(`${DAY}.${PROVIDER}`);
  const open = after?.differences.filter(({ resolved }) => resolved === null) ?? [];
  expect(open.map(({ kind }) => kind)).not.toContain('missing-there');
  for (const { differenceId } of open)
    await books.send(`${DAY}.${PROVIDER}`, {
      ...{ id: `resolve-${differenceId}`, type: 'ResolveDifference', actor: 'ann' },
      data: { differenceId, how: 'corrected', reason: 'the provider has corrected it' },
    });
  expect((await books.held(`${DAY}.${PROVIDER}`))?.status).toBe('settled');
});
