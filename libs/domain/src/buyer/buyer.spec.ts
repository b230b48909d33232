import { describe, expect, test } from '@jest/globals';
import { recorded, scenarios } from '@orderloom/testing';
import type { BuyerCommand, BuyerEvent } from '../messages/generated/buyer.ts';
import { buyerStreamType } from './buyer-stream.ts';
import { cartHashOf } from './cart-hash.ts';
import type { FollowedEvent } from './following-orders.ts';

const stream = { tenant: 'main', type: 'buyer', key: 'b1' };
const scene = (duplicateWindowMs: number) => ({
  stream,
  now: 20_000,
  global: { policy: { duplicateWindowMs } },
});
const given = scenarios(buyerStreamType, scene(10_000));

const orderRef = (key: string) => ({ tenant: 'main', type: 'order', key });
const cart = [{ sku: 'TEA-1', quantity: 2 }];
const CART = cartHashOf(cart);
const placed = (key: string, at = 15_000) =>
  recorded({ type: 'OrderPlaced', data: { buyerId: 'b1', lines: cart } }, { at, stream: orderRef(key) });
const ended = (key: string, type: FollowedEvent['type']) =>
  recorded({ type, data: { buyerId: 'b1', last: true } }, { at: 16_000, stream: orderRef(key) });
const check = (allowRepeat = false, cartHash = CART): BuyerCommand => ({
  type: 'CheckPlacement',
  data: { cartHash, allowRepeat },
});
const blocked: BuyerEvent = { type: 'BuyerBlocked', data: { reason: 'chargebacks' } };
const limit = (maxOpenOrders: number | null): BuyerEvent => ({
  type: 'PurchaseLimitSet',
  data: { maxOpenOrders },
});

describe('a buyer', () => {
  test('may order', () => {
    given().when(check()).thenNothing();
  });

  test('who clicks twice gets the first order', () => {
    given(placed('o1')).when(check()).thenDuplicateOf(orderRef('o1'));
    given(placed('o1'), placed('o2', 16_000)).when(check()).thenDuplicateOf(orderRef('o2'));
  });

  test('may order the same again where that is meant, later, or where the policy is off', () => {
    given(placed('o1')).when(check(true)).thenNothing();
    given(placed('o1', 9_999)).when(check()).thenNothing();
    scenarios(buyerStreamType, scene(0))(placed('o1', 20_000)).when(check()).thenNothing();
  });

  test('may order something else at once', () => {
    given(placed('o1')).when(check(false, '00000000000000ab')).thenNothing();
  });

  test('may order again what was cancelled or timed out', () => {
    given(placed('o1'), ended('o1', 'OrderCancelled')).when(check()).thenNothing();
    given(placed('o1'), ended('o1', 'PaymentTimedOut')).when(check()).thenNothing();
  });

  test('who is blocked may not order until unblocked', () => {
    given(blocked).when(check()).thenRejected('buyer-blocked', { kind: 'state' });
    given(blocked, { type: 'BuyerUnblocked', data: {} }).when(check()).thenNothing();
  });

  test('is blocked and unblocked once', () => {
    given()
      .when({ type: 'BlockBuyer', data: { reason: 'chargebacks' } })
      .then(blocked);
    given(blocked)
      .when({ type: 'BlockBuyer', data: { reason: 'again' } })
      .thenRejected('buyer-blocked');
    given(blocked).when({ type: 'UnblockBuyer', data: {} }).then({ type: 'BuyerUnblocked', data: {} });
    given().when({ type: 'UnblockBuyer', data: {} }).thenRejected('buyer-not-blocked');
  });

  test('may have as many open orders as the limit says', () => {
    given()
      .when({ type: 'SetPurchaseLimit', data: { maxOpenOrders: 1 } })
      .then(limit(1));
    given(limit(1), placed('o1', 0)).when(check()).thenRejected('purchase-limit-reached');
    given(limit(1), limit(null), placed('o1', 0)).when(check()).thenNothing();
  });

  test.each(['OrderCancelled', 'PaymentTimedOut', 'LinesDelivered', 'DeliveryCompleted'] as const)(
    'has one open order less after %s',
    (type) => {
      given(limit(1), placed('o1', 0), ended('o1', type)).when(check()).thenNothing();
    },
  );

  test('explains itself', () => {
    expect(buyerStreamType.explain(given(blocked).state, scene(0).global)).toEqual({
      status: { status: 'blocked' },
      allowedCommands: ['UnblockBuyer', 'SetPurchaseLimit'],
      mayRefuse: [],
    });
    expect(buyerStreamType.explain(given().state, scene(0).global).status).toEqual({ status: 'active' });
  });
});
