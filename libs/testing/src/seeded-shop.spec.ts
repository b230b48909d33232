import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { random } from './random.ts';
import { seededShop, type ShopAct, type ShopOrder, type ShopStep } from './seeded-shop.ts';

const say = (type: string) => (order: ShopOrder) => ({ type, data: { total: order.total } });
const words = {
  place: say('PlaceOrder'),
  pay: say('ConfirmPayment'),
  ship: say('ShipLines'),
  deliver: say('ConfirmDelivery'),
  cancel: say('CancelOrder'),
};
const shop = (seed: number, orders = 500): ShopStep[] => [...seededShop({ seed, orders, words })];
const digest = (steps: readonly ShopStep[]): string =>
  createHash('sha256').update(JSON.stringify(steps)).digest('hex');

describe('a seeded source', () => {
  test('gives the same numbers everywhere', () => {
    const source = random(7);
    const drawn = Array.from({ length: 5 }, () => source.below(1_000));
    expect(drawn).toEqual([11, 61, 976, 699, 521]);
    expect(() => source.oneOf([])).toThrow(RangeError);
    expect(['a', 'b']).toContain(source.oneOf(['a', 'b']));
  });

  test('spreads evenly', () => {
    const source = random(1);
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 40_000; i++) counts[source.below(4)]! += 1;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
  });
});

describe('a seeded shop', () => {
  test('is the same for the same seed, and another for another', () => {
    expect(digest(shop(7))).toBe(digest(shop(7)));
    expect(digest(shop(7))).not.toBe(digest(shop(8)));
  });

  test('places each order once, and lets its steps follow in their order', () => {
    const acts = new Map<number, ShopAct[]>();
    for (const { order, act } of shop(7)) acts.set(order.index, [...(acts.get(order.index) ?? []), act]);
    expect([...acts.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: 500 }, (_, index) => index));
    const lives = new Set([...acts.values()].map((life) => life.join(' ')));
    expect([...lives].sort()).toEqual([
      'place',
      'place cancel',
      'place pay cancel',
      'place pay ship',
      'place pay ship deliver',
    ]);
  });

  test('has many orders open at a time, sums that add up, and one command in ten sent twice', () => {
    const steps = shop(7, 2_000);
    const changes = steps.filter((step, index) => index > 0 && step.order !== steps[index - 1]!.order);
    expect(changes.length / steps.length).toBeGreaterThan(0.8);
    for (const { order } of steps)
      expect(order.lines.reduce((sum, line) => sum + line.quantity * line.unitPrice, 0)).toBe(order.total);
    const twice = steps.filter((step) => step.times === 2).length / steps.length;
    expect(Math.abs(twice - 0.1)).toBeLessThan(0.02);
    expect(new Set(steps.map((step) => step.commandId)).size).toBe(steps.length);
  });
});
