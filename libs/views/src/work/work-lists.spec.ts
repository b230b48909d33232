// In which lists of work an order is, and its place there, as it goes its way.
import { describe, expect, test } from '@jest/globals';
import { orderIdOf, type Event } from '@orderloom/decider';
import { recorded, viewScenarios, type Past } from '@orderloom/testing';
import { exampleTenant } from '../example-tenant.ts';
import type { OrderDocument } from '../order-document.ts';
import { orderView } from '../order-view.ts';
import { workInstants } from './work-instants.ts';
import { presentWork } from './work-presenting.ts';
import { workQuestion } from './work-question.ts';

const NOON = Date.UTC(2026, 0, 1, 12);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const key = orderIdOf(NOON, 1, 1);
const given = viewScenarios(orderView, {
  stream: { tenant: 'main', type: 'order', key },
  now: NOON,
  global: exampleTenant,
});

const money = { shipping: 0, fees: 0, discount: 0, total: 1000, currency: 'EUR' };
const line = { sku: 'TEA-1', quantity: 2, unitPrice: 500, discount: 0, tax: null, location: null };
const placed = (lifecycle = 'retail'): Event => ({
  type: 'OrderPlaced',
  data: {
    ...{ buyerId: 'b1', merchantId: 'm1', lifecycle: exampleTenant.current[lifecycle], ...money },
    ...{ lines: [{ lineId: 'a', ...line }], receiver: null, tokens: [], externalId: null },
    ...{
      due: lifecycle === 'retail' ? NOON + 30 * MINUTE : null,
      policyVersion: 1,
      reserveLater: [],
      fields: {},
    },
  },
});
const at = (minutes: number, type: string, data: object): Past =>
  recorded({ type, data }, { at: NOON + minutes * MINUTE });
const paidAt = (minutes: number): Past =>
  at(minutes, 'PaymentConfirmed', { paymentId: 'p1', amount: 1000, currency: 'EUR', provider: 'bank' });
const heldAt = (minutes: number, holdId: string): Past =>
  at(minutes, 'OrderHeld', { holdId, reason: 'fraud' });
const releasedAt = (minutes: number, holdId: string, last: boolean): Past =>
  at(minutes, 'HoldReleased', { holdId, last });
const shippedAt = (minutes: number, quantity: number): Past => {
  const lines = [{ lineId: 'a', quantity }];
  return at(minutes, 'LinesShipped', {
    parcelId: `p-${minutes}`,
    lines,
    last: quantity === 2,
    fulfilmentId: null,
  });
};
const claimedAt = (minutes: number, list: string, by: string): Past =>
  at(minutes, 'WorkClaimed', { list, by, until: NOON + (minutes + 30) * MINUTE });

const orderAfter = (...events: readonly (Event | Past)[]): OrderDocument => {
  const { view } = given(...events);
  if (view === undefined) throw new Error('there is no order');
  return view;
};
/** Name -> minutes behind noon. */
const queuesOf = (...events: readonly (Event | Past)[]): Record<string, number> =>
  Object.fromEntries(
    Object.entries(workInstants(orderAfter(...events))).map(([name, ms]) => [name, (ms - NOON) / MINUTE]),
  );
const late = DAY / MINUTE;

describe('an order', () => {
  test('is at risk by its deadline until it is paid, and is then to be shipped in the order of payment', () => {
    expect(queuesOf(placed())).toEqual({ 'at-risk': 30 });
    expect(queuesOf(placed(), paidAt(5))).toEqual({ 'to-ship': 5, 'at-risk': 5 + late });
  });

  test('that need not be paid first is to be shipped as soon as it is placed', () => {
    expect(queuesOf(placed('terms'))).toEqual({ 'to-ship': 0, 'at-risk': late });
  });

  test('is at risk while it is held, since the first hold, and has its old place behind the last release', () => {
    const twice = [placed(), paidAt(5), heldAt(6, 'h1'), heldAt(7, 'h2')] as const;
    expect(queuesOf(...twice)).toEqual({ 'at-risk': 6 });
    expect(queuesOf(...twice, releasedAt(8, 'h1', false))).toEqual({ 'at-risk': 6 });
    expect(queuesOf(...twice, releasedAt(8, 'h1', false), releasedAt(9, 'h2', true))).toEqual({
      ...{ 'to-ship': 5, 'at-risk': 5 + late },
    });
  });

  test('keeps its place while something of it is left, and is in no list when everything has left', () => {
    expect(queuesOf(placed(), paidAt(5), shippedAt(6, 1))).toEqual({ 'to-ship': 5, 'at-risk': 5 + late });
    expect(queuesOf(placed(), paidAt(5), shippedAt(6, 2))).toEqual({});
  });

  test('of which what is left is missing cannot be shipped, and is late all the same', () => {
    const short = at(6, 'ShortageReported', { lines: [{ lineId: 'a', quantity: 2 }] });
    expect(queuesOf(placed(), paidAt(5), short)).toEqual({ 'at-risk': 5 + late });
  });

  test('is owed money back since the first refund that is due, until it is back', () => {
    const cancelled = at(6, 'OrderCancelled', { buyerId: 'b1', reason: 'late', released: [] });
    const due = at(7, 'RefundDue', { refundId: 'refund-1', amount: 1000, legs: [] });
    const back = at(9, 'RefundConfirmed', {
      ...{ refundId: 'refund-1', amount: 1000, paymentId: null, provider: null, last: true },
    });
    expect(queuesOf(placed(), paidAt(5), cancelled, due)).toEqual({ 'to-refund': 7 });
    expect(queuesOf(placed(), paidAt(5), cancelled, due, back)).toEqual({});
  });

  test('is to be clarified since nobody can tell what became of its payment, until somebody does', () => {
    const bank = { paymentId: 'pay-1', provider: 'bank' };
    const paying = [placed(), at(2, 'PaymentStarted', { ...bank, amount: 1000, currency: 'EUR' })] as const;
    expect(queuesOf(...paying)).toEqual({});
    const lost = [...paying, at(4, 'PaymentUnknown', bank)] as const;
    expect(queuesOf(...lost)).toEqual({ 'to-clarify': 4 });
    const failed = at(6, 'PaymentFailed', { ...bank, reason: '', last: true });
    expect(queuesOf(...lost, failed)).toEqual({ 'at-risk': 30 });
  });

  test('is found by who has claimed it, and until when', () => {
    const claimed = [placed(), paidAt(5), claimedAt(6, 'to-ship', 'ann')] as const;
    expect(queuesOf(...claimed)).toMatchObject({ 'to-ship': 5, 'claimed-to-ship': 36 });
    expect(orderView.lists(orderAfter(...claimed))).toContain('claimed-by:to-ship/ann');
    const released = at(7, 'WorkReleased', { list: 'to-ship', by: 'ann' });
    expect(queuesOf(...claimed, released)).not.toHaveProperty('claimed-to-ship');
  });
});

describe('a list of work', () => {
  const stored = {
    id: key,
    version: 3,
    document: orderAfter(placed(), paidAt(5), claimedAt(6, 'to-ship', 'ann')),
  };

  test('shows whose work an order is, until the claim is over', () => {
    const until = '2026-01-01T12:36:00.000Z';
    expect(presentWork(stored, 'to-ship', NOON + 35 * MINUTE)).toMatchObject({
      ...{ orderId: key, since: '2026-01-01T12:05:00.000Z', claim: { by: 'ann', until } },
    });
    expect(presentWork(stored, 'to-ship', NOON + 36 * MINUTE)).toMatchObject({ claim: null });
    expect(presentWork(stored, 'at-risk', NOON)).toMatchObject({ why: 'dispatch', claim: null });
  });

  test('is asked for as a queue; what is at risk is bounded by time', () => {
    const asked = { now: NOON, withinMs: MINUTE, claimed: null };
    expect(workQuestion({ ...asked, list: 'to-ship' })).toEqual({
      ...{ queue: { instant: 'to-ship', until: null }, later: [], lists: [] },
    });
    expect(workQuestion({ ...asked, list: 'at-risk' }).queue.until).toBe(NOON + MINUTE);
    expect(workQuestion({ ...asked, list: 'to-ship', claimed: { actor: 'ann' } })).toMatchObject({
      later: [{ instant: 'claimed-to-ship', than: NOON, isLater: true }],
      lists: ['claimed-by:to-ship/ann'],
    });
  });
});
