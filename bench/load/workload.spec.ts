import { describe, expect, test } from '@jest/globals';
import { ACTS, jobsOf, skuOf, stepOf } from './workload.ts';

const jobs = [...jobsOf(100, 50)];
const actsOf = (order: number) => jobs.filter((job) => job.order === order).flatMap((job) => job.acts);

describe('the workload', () => {
  test('leads every order through its whole life, in order', () => {
    const orders = Array.from({ length: 50 }, (_, i) => 100 + i);
    expect(new Set(jobs.map(({ order }) => order))).toEqual(new Set(orders));
    for (const order of orders) expect(actsOf(order)).toEqual(ACTS);
  });

  test('has one order in ten live from the beginning to the end of the run', () => {
    const begins = jobs.slice(0, 5).map(({ order }) => order);
    const ends = jobs.slice(-5).map(({ order }) => order);
    expect(begins).toEqual([100, 101, 102, 103, 104]);
    expect(ends).toEqual(begins);
  });

  test('spreads what happens to them over the run', () => {
    const places = jobs.flatMap(({ acts }, at) => (acts.length === 1 && acts[0] === 'ship' ? [at] : []));
    expect(Math.min(...places)).toBeGreaterThan(jobs.length / 3);
    expect(Math.max(...places) - Math.min(...places)).toBeGreaterThan(10);
  });

  test('gives the same command the same content each time', () => {
    for (const act of ACTS) expect(stepOf(7, act)).toEqual(stepOf(7, act));
  });

  test('never repeats a cart of the same buyer', () => {
    const carts = Array.from({ length: 12 }, (_, i) => {
      const order = 3 + i * 10_007;
      return `${skuOf(order)} ${skuOf(order * 7 + 1)}`;
    });
    expect(new Set(carts).size).toBe(carts.length);
  });

  test('adds up', () => {
    const { lines, shipping, total } = stepOf(5, 'place').content as {
      lines: { quantity: number; unitPrice: number }[];
      shipping: number;
      total: number;
    };
    const goods = lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);
    expect(total).toBe(goods + shipping);
    expect(stepOf(5, 'pay').content).toMatchObject({ amount: total });
  });
});
