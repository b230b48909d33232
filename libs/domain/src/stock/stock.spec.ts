import { describe, expect, test } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import type { StockCommand, StockEvent } from '../messages/generated/stock.ts';
import { stockKeyOf, stockStreamType } from './stock-stream.ts';

const stream = { tenant: 'main', type: 'stock', key: stockKeyOf('TEA-1', 'main') };
const given = scenarios(stockStreamType, { stream, now: 1_000, global: {} });

const line = (quantity: number) => ({ orderId: 'order-1', lineId: 'a', quantity });
const received = (quantity: number): StockEvent => ({
  type: 'StockReceived',
  data: { quantity, reference: 'delivery-1' },
});
const reserved = (quantity: number): StockEvent => ({ type: 'StockReserved', data: line(quantity) });
const confirmed = (quantity: number): StockEvent => ({ type: 'StockConfirmed', data: line(quantity) });
const reserve = (quantity: number): StockCommand => ({ type: 'ReserveStock', data: line(quantity) });
const adjust = (delta: number): StockCommand => ({ type: 'AdjustStock', data: { delta, reason: 'counted' } });

describe('stock', () => {
  test('takes in what arrives', () => {
    given()
      .when({ type: 'ReceiveStock', data: { quantity: 5, reference: 'delivery-1' } })
      .then(received(5));
  });

  test('keeps what it has for an order, and tells the order', () => {
    given(received(5)).when(reserve(5)).then(reserved(5));
    given(received(5), reserved(2)).thenSends({
      to: { type: 'order', key: 'order-1' },
      command: { type: 'RecordReservation', data: { lines: [{ lineId: 'a', quantity: 2 }] } },
    });
  });

  test('promises nothing that it does not have', () => {
    given(received(5), reserved(3)).when(reserve(3)).thenRejected('insufficient-stock', { kind: 'state' });
  });

  test('does not know a sku that has never arrived', () => {
    given().when(reserve(1)).thenRejected('unknown-sku', { kind: 'missing' });
    given().when(adjust(1)).thenRejected('unknown-sku');
  });

  test('lets go of what was kept, to the buyer or back to the shelf', () => {
    given(received(5), reserved(3))
      .when({ type: 'ConfirmStock', data: line(3) })
      .then(confirmed(3));
    given(received(5), reserved(3))
      .when({ type: 'ReleaseStock', data: line(3) })
      .then({ type: 'StockReleased', data: line(3) });
  });

  test('lets go of nothing that is not kept', () => {
    given(received(5), reserved(3))
      .when({ type: 'ConfirmStock', data: line(4) })
      .thenRejected('unknown-reservation');
    given(received(5), reserved(3))
      .when({ type: 'ReleaseStock', data: line(4) })
      .thenRejected('unknown-reservation');
  });

  test('takes back what had left, and no more', () => {
    given(received(5), reserved(3), confirmed(3))
      .when({ type: 'RestockStock', data: line(2) })
      .then({ type: 'StockRestocked', data: line(2) });
    given(received(5), reserved(3), confirmed(3))
      .when({ type: 'RestockStock', data: line(4) })
      .thenRejected('more-than-shipped');
  });

  test('is corrected to what was counted, but never below what is kept', () => {
    given(received(5))
      .when(adjust(-5))
      .then({ type: 'StockAdjusted', data: { delta: -5, reason: 'counted' } });
    given(received(5), reserved(3)).when(adjust(-3)).thenRejected('insufficient-stock');
    given(received(5)).when(adjust(0)).thenRejected('nothing-to-adjust', { pointer: '/delta' });
  });

  test('takes a reservation back that its order cannot note', () => {
    const sent = { lines: [{ lineId: 'a', quantity: 2 }] };
    const rejection = { code: 'unknown-order', reason: '', kind: 'missing' } as const;
    const order = { tenant: 'main', type: 'order', key: 'order-1' };
    expect(stockStreamType.onRefused?.['RecordReservation']?.(sent, rejection, order)).toEqual({
      type: 'ReleaseStock',
      data: line(2),
    });
  });

  test('explains itself', () => {
    expect(stockStreamType.explain(given().state, {}).status).toEqual({ status: 'unknown' });
    expect(stockStreamType.explain(given(received(2)).state, {})).toEqual({
      status: { status: 'available' },
      allowedCommands: ['ReceiveStock', 'AdjustStock', 'ExpectStock'],
      mayRefuse: ['AdjustStock'],
    });
    expect(stockStreamType.explain(given(received(2), reserved(2)).state, {}).status).toEqual({
      status: 'sold-out',
    });
  });
});
