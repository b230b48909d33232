// `orderloom search` over an engine of its own: by words, by filters, page by page, counted, and what cannot be asked.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { orderloom, orderloomJson, scratchFolder, started } from '../running.ts';

const scratch = scratchFolder();
afterAll(scratch.remove);

describe('with a living engine', () => {
  const data = join(scratch.path, 'shop');
  const engine = started('serve', '--data', data, '--port', '0');
  const placed: string[] = [];
  beforeAll(async () => {
    while (!engine.said().includes('Orderloom serves'))
      await new Promise((resolve) => setTimeout(resolve, 20));
    for (const sku of ['TEA-500', 'TEA-250', 'MUG']) {
      const { orderId } = await orderloomJson('place', '--line', `${sku}=2x450`, '--data', data);
      placed.push(String(orderId));
    }
  }, 180_000);
  afterAll(async () => {
    engine.child.kill('SIGTERM');
    await engine.ran;
  });
  const found = async (...args: readonly string[]): Promise<unknown> => {
    const { orders } = await orderloomJson('search', ...args, '--data', data);
    return (orders as { orderId: string }[]).map(({ orderId }) => orderId);
  };

  test('orders are found by words, newest first, and by filters beside them', async () => {
    expect(await found('tea')).toEqual([placed[1], placed[0]]);
    expect(await found('TEA', '500', '--status', 'payment.awaiting')).toEqual([placed[0]]);
    expect(await found('tea', '--to', '2020-01-01T00:00:00Z')).toEqual([]);
  }, 180_000);

  test('they are counted, and said to be more than are shown', async () => {
    const { code, out } = await orderloom('search', '--limit', '2', '--facets', '--data', data);
    expect([code, out]).toEqual([0, expect.stringMatching(/more are found[^]*payment\.awaiting +3/)]);
  }, 180_000);

  test('a quote that is not closed is refused', async () => {
    const { code, err } = await orderloom('search', '"tea', '--data', data);
    expect([code, err]).toEqual([1, expect.stringContaining('a quote in q is not closed')]);
  }, 180_000);
});
