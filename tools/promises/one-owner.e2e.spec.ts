// Invariant: one process owns a data folder; a killed owner leaves nothing behind that locks the next one out.
import { afterAll, describe, expect, test } from '@jest/globals';
import { anOrder } from './an-order.ts';
import { runApp, startApp } from './app.ts';
import { write } from './ask.ts';
import { aFolder, cleanUp } from './scratch.ts';

afterAll(cleanUp);

describe('a second engine on one folder', () => {
  test('is refused with the name of the first, and follows it when that was killed', async () => {
    const folder = aFolder();
    const first = await startApp(folder);
    const second = runApp(folder);
    expect((await second.ended).code).toBe(70);
    expect(second.output()).toContain(`belongs to process ${String(first.pid)} at ${first.url}`);
    expect((await write(first.url, '/v1/orders', 'beside', anOrder('ada'))).status).toBe(201);
    await first.kill();
    const next = await startApp(folder);
    expect((await write(next.url, '/v1/orders', 'beside', anOrder('ada'))).body['result']).toBe('duplicate');
    expect(await next.stop()).toBe(0);
  }, 60_000);

  test('starts at the same time as the first, and one of the two serves', async () => {
    const folder = aFolder();
    const outcomes = await Promise.allSettled([startApp(folder), startApp(folder)]);
    const [owner] = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const refusals = outcomes.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []));
    expect(refusals).toEqual([expect.stringMatching(/belongs to (another process|process \d+)/)]);
    expect(await owner?.stop()).toBe(0);
  }, 60_000);
});
