import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { evolveParcel } from './evolve.ts';
import { noParcel, type ParcelState } from './state.ts';
import { tellDelivered, tellShipped } from './telling-orders.ts';
import type { ShipLinesData } from '../messages/generated/order.ts';

// A parcel tells each of its orders exactly once, and exactly what lies in it.

const stream = { tenant: 'main', type: 'parcel', key: 'P1' };
const context = { recordedAt: 1_000, version: 2, global: undefined };
const content = fc.record({
  orderId: fc.integer({ min: 1, max: 60 }).map((n) => `o${n}`),
  lineId: fc.integer({ min: 1, max: 20 }).map((n) => `l${n}`),
  quantity: fc.integer({ min: 1, max: 9 }),
});
const parcel: fc.Arbitrary<ParcelState> = fc
  .uniqueArray(content, {
    minLength: 1,
    maxLength: 500,
    selector: ({ orderId, lineId }) => `${orderId}/${lineId}`,
  })
  .map((contents) =>
    evolveParcel(noParcel, { type: 'ParcelCreated', data: { contents, weightGrams: null } }),
  );

describe('a parcel over many orders', () => {
  test('ships to each order once, and all of its contents', () => {
    fc.assert(
      fc.property(parcel, (state) => {
        const sent = tellShipped.react(state, {}, stream, context);
        const shipped = sent.flatMap(({ to, command }) =>
          (command.data as ShipLinesData).lines.map((line) => ({ orderId: to.key, ...line })),
        );
        const byPlace = (
          a: { orderId: string; lineId: string },
          b: { orderId: string; lineId: string },
        ): number => (`${a.orderId}/${a.lineId}` < `${b.orderId}/${b.lineId}` ? -1 : 1);
        expect(new Set(sent.map(({ to }) => to.key)).size).toBe(sent.length);
        expect(shipped.toSorted(byPlace)).toEqual(state.contents.toSorted(byPlace));
      }),
    );
  });

  test('confirms to each order once, but for those that refused', () => {
    fc.assert(
      fc.property(parcel, fc.nat(), (state, pick) => {
        const orders = [...new Set(state.contents.map(({ orderId }) => orderId))];
        const orderId = orders[pick % orders.length] ?? '';
        const told = tellDelivered.react(
          evolveParcel(state, {
            type: 'ParcelContentRefused',
            data: { orderId, told: 'ShipLines', code: 'c' },
          }),
          {},
          stream,
          context,
        );
        expect(told.map(({ to }) => to.key)).toEqual(orders.filter((order) => order !== orderId));
      }),
    );
  });
});
