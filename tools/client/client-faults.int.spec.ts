// What a client makes of a road that fails between it and the engine.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connect, type Client } from '@orderloom/client';
import { engineProcess, faultProxy, type EngineProcess, type FaultProxy } from '@orderloom/testing';
import { join } from 'node:path';
import { anOrder, done } from './orders.ts';

const PROGRAM = join(import.meta.dirname, '../../apps/command-service/dist/main.js');

let engine: EngineProcess;
let proxy: FaultProxy;
let client: Client;
const closers: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  engine = await engineProcess(PROGRAM);
  closers.push(engine.stop);
  proxy = await faultProxy(engine.url);
  closers.push(proxy.stop);
  client = await connect({ http: { url: proxy.url } });
});
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

describe('a client over HTTP', () => {
  test('whose answer was lost asks again with the same key, and has placed one order', async () => {
    const bodies = new Set<unknown>();
    let lost = 0;
    proxy.set(async ({ body }, forward) => {
      bodies.add(body.toString());
      const answer = await forward();
      return ++lost < 3 ? 'cut' : answer;
    });
    const result = done(await client.orders.place(anOrder()));
    expect([result.outcome, result.version, lost, bodies.size]).toEqual(['duplicate', 1, 3, 1]);
  });

  test('is told to wait, and waits', async () => {
    let asked = 0;
    proxy.set(async (_, forward) =>
      ++asked < 3 ? { status: 503, body: '{"code":"log-unavailable","detail":"full"}' } : forward(),
    );
    expect(await client.orders.place(anOrder())).toMatchObject({ outcome: 'accepted' });
    expect(asked).toBe(3);
  });

  test('that gets no answer in time is pending, with the key that asks for it later', async () => {
    const order = anOrder();
    proxy.set(async () => 'cut');
    const hasty = await connect({ http: { url: proxy.url }, timeoutMs: 1_000 });
    const pending = await hasty.orders.place(order);
    expect(pending).toMatchObject({ outcome: 'pending', code: 'unreachable' });
    // By a road of its own: an attempt that the hasty one gave up may still be on its way to the proxy, which cuts it.
    const direct = await connect({ http: { url: engine.url } });
    expect(await direct.orders.place(order, { key: pending.key })).toMatchObject({ outcome: 'accepted' });
  });

  test('that has reached something else says so', async () => {
    for (const status of [200, 404]) {
      proxy.set(async () => ({ status, body: '<html>' }));
      await expect(client.orders.place(anOrder())).rejects.toMatchObject({ code: 'no-engine' });
    }
  });
});
