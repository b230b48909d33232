import { expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { waitingMetrics } from './waiting-metrics.ts';

const GIVEN_UP = 'orderloom_effects_given_up';

/** An engine of two tenants, each with so many calls that were given up. */
const setUp = (each: () => number, isThere = true) => {
  const registry = new Registry();
  let now = 0;
  const engine = {
    tenants: () => ['main', 'shop'],
    list: async (_view: string, _tenant: string, _list: string, before: string | null, limit: number) => {
      if (!isThere) throw new Error('away');
      const from = Number(before ?? 0);
      const ids = Array.from({ length: Math.min(limit, each() - from) }, (_, at) => String(from + at));
      const documents = ids.map((id) => ({ id, version: 1, document: {} }));
      return { documents, next: from + limit < each() ? String(from + limit) : null };
    },
  };
  waitingMetrics(engine, registry, { parked: undefined, clock: () => now });
  return {
    pass: (ms: number) => (now += ms),
    shown: async () => (await registry.getSingleMetric(GIVEN_UP)?.get())?.values[0]?.value,
  };
};

test('what was given up is counted over tenants and pages, no oftener than it says', async () => {
  let each = 250;
  const { shown, pass } = setUp(() => each);
  expect(await shown()).toBe(500);
  each = 3;
  expect(await shown()).toBe(500);
  pass(10_000);
  expect(await shown()).toBe(6);
});

test('of very much the beginning is counted, and where nobody can say it is not zero', async () => {
  expect(await setUp(() => 5_000).shown()).toBe(2_000);
  expect(await setUp(() => 1, false).shown()).toBeNaN();
});
