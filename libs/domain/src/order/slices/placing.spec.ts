import { describe, expect, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import type { PlaceOrder, PlaceOrderData } from '../../messages/generated/order.ts';
import { orderPlaced } from '../example-events.ts';
import { exampleLine, exampleOrder, examplePlacement, exampleTenant, NOON } from '../examples.ts';
import { tableStepper, xstateStepper } from '../lifecycle/stepper.ts';
import { orderStreamType } from '../order-stream.ts';

const place = (more: Partial<PlaceOrderData> = {}): PlaceOrder => ({
  type: 'PlaceOrder',
  data: examplePlacement(more),
});

describe.each([tableStepper, xstateStepper])('placing, by $name: an order', (stepper) => {
  const order = orderStreamType({ stepper });
  const scene = { stream: exampleOrder, now: NOON, global: exampleTenant() };
  const given = scenarios(order, scene);
  const tracked = scenarios(order, {
    ...scene,
    global: exampleTenant({ stock: 'tracked', location: 'berlin' }),
  });

  it('is placed with the lifecycle and the deadline of the policy', () => {
    given().when(place()).then(orderPlaced());
    given()
      .when(place({ lifecycle: 'terms' }))
      .then(orderPlaced({ lifecycle: 'terms' }));
  });

  it('gets the location of its stock where stock is tracked', () => {
    tracked()
      .when(place())
      .then(orderPlaced({ location: 'berlin' }));
  });

  it('holds the deadline until it is paid', () => {
    const state = given(orderPlaced()).state;
    const due = NOON + 30 * 60_000;
    expect(order.nextDeadline?.(state)).toEqual({
      name: 'payment',
      due,
      command: { type: 'TimeOutPayment', data: {} },
    });
  });

  it.each<[string, Partial<PlaceOrderData>, string]>([
    ['of an unknown lifecycle', { lifecycle: 'barter' }, 'unknown-lifecycle'],
    ['of a lifecycle that objects have by birth', { lifecycle: 'constructor' }, 'unknown-lifecycle'],
    ['in an unknown currency', { currency: 'XYZ' }, 'unknown-currency'],
    ['that does not add up', { total: 1 }, 'total-mismatch'],
    [
      'with a discount beyond its price',
      { lines: [exampleLine('a', 1, { discount: 1001 })] },
      'discount-too-large',
    ],
  ])('%s is refused', (_what, more, code) => {
    given().when(place(more)).thenRejected(code, { kind: 'content' });
  });

  it('is placed once', () => {
    given(orderPlaced()).when(place()).thenRejected('order-exists', { kind: 'state' });
  });

  it('must be placed before anything else', () => {
    given().when({ type: 'ConfirmOrder', data: {} }).thenRejected('unknown-order', { kind: 'missing' });
  });

  it('keeps its receiver sealed, without the digest', () => {
    const bytes = (n: number) => new Uint8Array(n).fill(7);
    const sealed = { subject: 'ann', keyId: 3, nonce: bytes(12), ciphertext: bytes(40) };
    const receiver = { ...sealed, digest: bytes(16), tokens: [bytes(8)] };
    const { data } = orderPlaced();
    given()
      .when(place({ receiver }))
      .then({ type: 'OrderPlaced', data: { ...data, receiver: sealed, tokens: receiver.tokens } });
  });

  it('asks the buyer first, but for a guest', () => {
    const { guards, creates } = order.commands.PlaceOrder;
    const ask = (data: PlaceOrderData) => guards?.(data, exampleOrder, 'c-1', given().state);
    expect(ask(examplePlacement({ buyerId: null }))).toEqual([]);
    expect(ask(examplePlacement())).toMatchObject([
      {
        to: { type: 'buyer', key: 'ann' },
        command: { type: 'CheckPlacement', data: { allowRepeat: false } },
      },
    ]);
    expect(creates?.slotKey(examplePlacement(), 'c-1')).toBe('ann');
    expect(creates?.slotKey(examplePlacement({ buyerId: null }), 'c-1')).toBe('guest-c-1');
  });

  it('has stock reserved for it, line by line', () => {
    const reserve = (lineId: string, quantity: number) => ({
      to: { type: 'stock', key: `sku-${lineId}@berlin` },
      command: { type: 'ReserveStock', data: { orderId: exampleOrder.key, lineId, quantity } },
    });
    tracked(orderPlaced({ location: 'berlin' })).thenSends(reserve('a', 2), reserve('b', 1));
    given(orderPlaced()).thenSends();
  });
});
