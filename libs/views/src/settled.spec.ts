import { expect, test } from '@jest/globals';
import type { OrderState, RefundConfirmedData } from '@orderloom/domain';
import { recordedEvent } from '@orderloom/testing';
import { nothingSettled, settledAfter, settledLists } from './settled.ts';

const stream = { tenant: 'main', type: 'order', key: 'o-1' };
const NOON = Date.UTC(2026, 0, 1, 12);
const DAY_MS = 86_400_000;
const event = (type: string, data: object, recordedAt = NOON) =>
  recordedEvent({ type, data }, { stream, version: 1, recordedAt });

const legs = [
  { paymentId: 'p-1', provider: 'bank', amount: 700, confirmed: false },
  { paymentId: 'p-2', provider: 'wallet', amount: 300, confirmed: false },
];
const owing = (confirmed: boolean) => ({
  money: {
    refunds: [
      {
        refundId: 'refund-1',
        amount: 1_000,
        confirmed: false,
        legs: legs.map((leg, at) => ({ ...leg, confirmed: confirmed && at === 0 })),
      },
    ],
  } as unknown as OrderState['money'],
});
const back = (said: Partial<RefundConfirmedData> = {}) =>
  event('RefundConfirmed', {
    refundId: 'refund-1',
    amount: 1_000,
    paymentId: null,
    provider: null,
    last: true,
    ...said,
  });

test('money that came is settled on the day on which it was recorded', () => {
  const paid = event('PaymentConfirmed', { paymentId: 'p-1', amount: 5, currency: 'EUR', provider: 'bank' });
  const more = event(
    'SurplusReceived',
    { paymentId: 'p-1', amount: 2, currency: 'EUR', provider: 'bank' },
    NOON + DAY_MS,
  );
  const settled = [paid, more].reduce((before, one) => settledAfter(before, one, undefined), nothingSettled);
  expect(settled).toEqual([
    { provider: 'bank', paymentId: 'p-1', amount: 5, moved: 'paid', day: '2026-01-01' },
    { provider: 'bank', paymentId: 'p-1', amount: 2, moved: 'paid', day: '2026-01-02' },
  ]);
  expect(settledLists(settled)).toEqual(['settled:2026-01-01.bank', 'settled:2026-01-02.bank']);
});

test('a refund is settled with each provider that it goes back through, once', () => {
  const amountsOf = (one: ReturnType<typeof back>, before: ReturnType<typeof owing>) =>
    settledAfter(nothingSettled, one, before).map(({ provider, amount }) => [provider, amount]);
  expect(amountsOf(back(), owing(false))).toEqual([
    ['bank', 700],
    ['wallet', 300],
  ]);
  expect(amountsOf(back(), owing(true))).toEqual([['wallet', 300]]);
  expect(amountsOf(back({ paymentId: 'p-2', provider: 'wallet' }), owing(false))).toEqual([['wallet', 300]]);
});

test('what moves no money leaves it as it is', () => {
  expect(settledAfter(nothingSettled, event('NoteAdded', { text: 'x' }), undefined)).toBe(nothingSettled);
});
