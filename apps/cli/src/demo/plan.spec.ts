import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { shopPlan } from './plan.ts';
import type { Look } from './step.ts';

/** What the engine would have said, made of numbers alone. */
const look: Look = {
  orderId: (number) => `order-${number}`,
  order: (number) =>
    Promise.resolve({
      refunds: [{ refundId: `refund-${number}`, amount: number }],
      returns: [{ returnId: `return-${number}` }],
    }),
};

const contentOf = async (seed: number, orders: number): Promise<readonly object[]> => {
  const steps = shopPlan(seed, orders).steps.map(async ({ id, at, command }) => ({
    id,
    at,
    ...(await command(look)),
  }));
  return Promise.all(steps);
};

const digestOf = async (seed: number, orders: number): Promise<string> =>
  createHash('sha256')
    .update(JSON.stringify(await contentOf(seed, orders)))
    .digest('hex');

describe('the plan of the demo', () => {
  test('is the same on every machine for seed 7 and 500 orders', async () => {
    expect(await digestOf(7, 500)).toBe('fe406004bed54d60dd3ac585d65decdefab783fa82bbb4cd4f11a81b1293ea6e');
  });

  test('is another one for another seed', async () => {
    expect(await digestOf(8, 50)).not.toBe(await digestOf(7, 50));
  });

  test('names every step once and goes forward in time', async () => {
    const { steps } = shopPlan(7, 500);
    expect(new Set(steps.map(({ id }) => id)).size).toBe(steps.length);
    expect(steps.map(({ at }) => at)).toEqual(steps.map(({ at }) => at).sort((a, b) => a - b));
  });

  test.each([1, 2, 3, 40, 500])('of %d orders leaves one failed payment to repair', async (orders) => {
    const { steps, toRepair } = shopPlan(7, orders);
    expect(steps.filter(({ places }) => places !== undefined)).toHaveLength(orders);
    expect(steps.at(-1)?.id).toBeDefined();
    expect(steps.filter(({ id }) => id === `${toRepair?.number ?? 0}:payment-failed`)).toHaveLength(1);
    expect(steps.filter(({ id }) => id.startsWith(`${toRepair?.number ?? 0}:paid`))).toEqual([]);
  });

  test('has no order before it is placed', () => {
    const { steps } = shopPlan(7, 200);
    const placed = new Set<string>();
    for (const { id, places } of steps) {
      if (places !== undefined) placed.add(String(places));
      const [order = ''] = id.split(':');
      if (/^\d+$/.test(order)) expect(placed).toContain(order);
    }
  });
});
