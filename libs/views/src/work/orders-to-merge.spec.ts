// Which orders are proposed to travel together: from one place, to one person at one address.
import { describe, expect, test } from '@jest/globals';
import { orderIdOf, type Event } from '@orderloom/decider';
import type { Receiver } from '@orderloom/domain';
import { viewScenarios } from '@orderloom/testing';
import { exampleTenant } from '../example-tenant.ts';
import type { OrderDocument, SealedReceiver } from '../order-document.ts';
import { orderView } from '../order-view.ts';
import { ordersToMerge } from './orders-to-merge.ts';
import { receiverPlace } from './receiver-place.ts';

const NOON = Date.UTC(2026, 0, 1, 12);

const nobody: Receiver = {
  ...{ name: null, phone: null, email: null, line1: null, line2: null },
  ...{ city: null, region: null, postalCode: null, country: null },
};
const ann: Receiver = { ...nobody, name: 'Ann Lee', line1: '1 Main Street', city: 'Bath', country: 'GB' };

describe('a place', () => {
  test.each<[string, Partial<Receiver>]>([
    ['however it is written', { name: ' ANN  LÉE ', line1: '1, main street.' }],
    ['however the person is reached', { phone: '+44 1225 000000', email: 'ann@shop.example' }],
  ])('is the same %s', (_, said) => {
    expect(receiverPlace({ ...ann, ...said })).toBe(receiverPlace(ann));
  });

  test.each<[string, Partial<Receiver>]>([
    ['of somebody else in the house', { name: 'Bob Lee' }],
    ['behind another door', { line2: 'Flat 2' }],
    ['with another number', { line1: '11 Main Street' }],
    ['in another country', { country: 'US' }],
  ])('is another one %s', (_, said) => {
    expect(receiverPlace({ ...ann, ...said })).not.toBe(receiverPlace(ann));
  });

  test.each<[string, Partial<Receiver>]>([
    ['a name', { name: null }],
    ['a street', { line1: ' - ' }],
    ['a town', { city: null }],
  ])('is none without %s', (_, said) => {
    expect(receiverPlace({ ...ann, ...said })).toBeNull();
  });
});

type Wish = {
  readonly subject?: string;
  readonly merchantId?: string;
  readonly locations?: readonly (string | null)[];
};

const bytes = (size: number): Uint8Array => new Uint8Array(size);

/** An order that need not be paid first, each line of two pieces at its own location. */
const ordered = (n: number, wish: Wish, ...more: readonly Event[]) => {
  const { subject = 'ann', merchantId = 'm1', locations = [null] } = wish;
  const key = orderIdOf(NOON + n, 1, n);
  const placed: Event = {
    type: 'OrderPlaced',
    data: {
      ...{ buyerId: `b${String(n)}`, merchantId, lifecycle: exampleTenant.current['terms'] },
      ...{ shipping: 0, fees: 0, discount: 0, total: 1000 * locations.length, currency: 'EUR' },
      lines: locations.map((location, index) => ({
        ...{ lineId: String(index + 1), sku: 'TEA', quantity: 2, unitPrice: 500, discount: 0 },
        ...{ tax: null, location, name: null },
      })),
      receiver: { subject, keyId: 1, nonce: bytes(12), ciphertext: bytes(16) },
      ...{ tokens: [], externalId: null, due: null, policyVersion: 1, reserveLater: [], fields: {} },
    },
  };
  const given = viewScenarios(orderView, {
    stream: { tenant: 'main', type: 'order', key },
    ...{ now: NOON, global: exampleTenant },
  });
  return { id: key, version: 1 + more.length, document: given(placed, ...more).view as OrderDocument };
};

const reserved = (quantity: number, lineId = '1'): Event => ({
  type: 'LinesReserved',
  data: { lines: [{ lineId, quantity }] },
});
const shipped = (quantity: number): Event => ({
  type: 'LinesShipped',
  data: {
    parcelId: 'p',
    lines: [{ lineId: '1', quantity }],
    ...{ last: false, fulfilmentId: null, due: null },
  },
});

const bySubject = ({ subject }: SealedReceiver): string | null => (subject === 'erased' ? null : subject);
const merged = (...orders: readonly ReturnType<typeof ordered>[]) =>
  ordersToMerge(orders, bySubject, NOON).map(({ location, orders: together }) => [
    location,
    ...together.map(({ orderId, lines }) => [
      orders.findIndex(({ id }) => id === orderId),
      ...lines.map(({ lineId, quantity }) => `${lineId}x${String(quantity)}`),
    ]),
  ]);

describe('orders', () => {
  test('of one person at one address are proposed, with what of them is still here', () => {
    expect(merged(ordered(1, {}), ordered(2, { subject: 'bob' }), ordered(3, {}, shipped(1)))).toEqual([
      [null, [0, '1x2'], [2, '1x1']],
    ]);
  });

  test('are proposed place by place, with what stock holds for them', () => {
    const first = ordered(1, { locations: ['paris', 'rome'] }, reserved(2), reserved(1, '2'));
    const second = ordered(2, { locations: ['rome'] }, reserved(2));
    const waiting = ordered(3, { locations: ['rome'] });
    expect(merged(first, second, waiting)).toEqual([['rome', [0, '2x1'], [1, '1x2']]]);
  });

  test('name the part that a warehouse was asked for', () => {
    const partOf = (n: number): Event => ({
      type: 'FulfilmentRequested',
      data: {
        fulfilmentId: `${orderIdOf(NOON + n, 1, n)}.1`,
        ...{ attempt: 1, location: 'paris', lines: [{ lineId: '1', quantity: 2 }] },
      },
    });
    const [merge] = ordersToMerge([ordered(1, {}, partOf(1)), ordered(2, {}, partOf(2))], bySubject, NOON);
    expect(merge).toMatchObject({
      ...{ merchantId: 'm1', location: 'paris' },
      orders: [1, 2].map((n) => ({ fulfilmentId: `${orderIdOf(NOON + n, 1, n)}.1` })),
    });
  });

  test('of two merchants, of somebody who was erased, and one alone are not proposed', () => {
    expect(merged(ordered(1, {}), ordered(2, { merchantId: 'm2' }))).toEqual([]);
    expect(merged(ordered(1, { subject: 'erased' }), ordered(2, { subject: 'erased' }))).toEqual([]);
    expect(merged(ordered(1, { locations: [null, null] }))).toEqual([]);
  });
});
