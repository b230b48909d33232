// Live events as Server-Sent Events: places, bounds, and a stop that does not wait for readers.
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { logUnavailable, type EventTail } from '@orderloom/engine';
import { eventStream } from './events/event-stream.ts';
import { MOST_READERS } from './events/readers.ts';
import { listen, type Listener } from './example/listen.ts';
import { ask, serveSmallShop, type SmallShop } from './example/serve-small-shop.ts';
import { smallTail } from './example/small-tail.ts';

const types = { order: ['OrderPlaced', 'PaymentConfirmed'], stock: ['StockReceived'] };
const noHere = () => Promise.reject(new Error('there are no groups here'));
const noGroups = { follow: noHere, parked: { parked: noHere, redrive: noHere } };
const shops: SmallShop[] = [];
const listeners: Listener[] = [];
const serve = async (tail: EventTail): Promise<SmallShop> => {
  const shop = await serveSmallShop({
    events: { tail, types, ...noGroups },
  });
  shops.push(shop);
  return shop;
};
const to = async (url: string, headers: Record<string, string> = {}): Promise<Listener> => {
  const listener = await listen(url, headers);
  listeners.push(listener);
  return listener;
};
afterEach(async () => {
  for (const { leave } of listeners.splice(0)) leave();
  for (const shop of shops.splice(0)) await shop.close();
});
const numbers = (events: readonly { readonly data: object }[]): unknown[] =>
  events.map(({ data }) => (data as { n: number }).n);
const upTo = (n: number): number[] => Array.from({ length: n }, (_, at) => at + 1);

describe('a reader of events', () => {
  test('hears all from the beginning, that it has caught up, and what comes', async () => {
    const { tail, setHead } = smallTail(25);
    const { url } = await serve(tail);
    const reader = await to(`${url}/v1/events`);
    await reader.heard(25);
    setHead(27);
    expect(numbers(await reader.heard(27))).toEqual(upTo(27));
    const signs = reader.frames.flatMap(({ event }) => (event === undefined ? [] : [event]));
    expect(signs).toEqual(['caught-up']);
  });

  test('goes on behind every position that it was given, by address or as a browser does', async () => {
    const { url } = await serve(smallTail(12).tail);
    const all = await (await to(`${url}/v1/events`)).heard(12);
    for (const [at, { id }] of all.slice(0, -1).entries())
      for (const road of [
        to(`${url}/v1/events?after=${id}`),
        to(`${url}/v1/events?after=now`, { 'last-event-id': id }),
      ])
        expect(numbers(await (await road).heard(11 - at))).toEqual(upTo(12).slice(at + 1));
  });

  test('begins at the end where it asks for now, and knows its place before it has heard anything', async () => {
    const { tail, setHead } = smallTail(5);
    const { url } = await serve(tail);
    const first = await to(`${url}/v1/events?after=now`);
    for (const end = Date.now() + 5_000; first.frames.length === 0 && Date.now() < end;) await pause(5);
    setHead(6);
    expect(numbers(await first.heard(1))).toEqual([6]);
    const again = await to(`${url}/v1/events`, { 'last-event-id': String(first.frames[0]?.id) });
    expect(numbers(await again.heard(1))).toEqual([6]);
  });

  test.each([
    ['was changed', 'after=AAAAAAAAAAAAAAAAAAAAAAAx', {}, 400, 'invalid-position'],
    ['is no position', 'after=17', {}, 400, 'invalid-position'],
    ['comes in the header', '', { 'last-event-id': 'x' }, 400, 'invalid-position'],
  ])('is refused a position that %s', async (_, query, headers, status, code) => {
    const { url } = await serve(smallTail(3).tail);
    const answer = await ask(url, `/v1/events?${query}`, { headers });
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
  });

  test('is refused a position of another tenant, and one that the log does not reach', async () => {
    const { tail, setHead } = smallTail(9);
    const shop = await serve(tail);
    const body = { type: 'CreateTenant', data: {} };
    const headers = { 'content-type': 'application/json', 'idempotency-key': '"t"' };
    await ask(shop.url, '/v1/tenants/other/commands', { body, headers });
    const id = (await (await to(`${shop.url}/v1/events`)).heard(9))[4]!.id;
    const foreign = await ask(shop.url, `/v1/events?after=${id}`, { headers: { tenant: 'other' } });
    expect([foreign.status, foreign.body['code']]).toEqual([400, 'invalid-position']);
    setHead(2);
    const set = await ask(shop.url, `/v1/events?after=${id}`);
    expect([set.status, set.body['code']]).toEqual([409, 'unknown-position']);
  });

  test.each([
    ['stream=parrot', 'stream is one of order, stock'],
    ['type=OrderEaten', 'type is one of OrderPlaced, PaymentConfirmed, StockReceived'],
    ['stream=stock&type=OrderPlaced', 'type is one of StockReceived'],
    ['since=1', 'There are the parameters after, stream, type; another one was sent'],
  ])('is told what there is where it asks for %s', async (query, detail) => {
    const { url } = await serve(smallTail(0).tail);
    const answer = await ask(url, `/v1/events?${query}`);
    expect([answer.status, answer.body['detail']]).toEqual([400, detail]);
  });

  test('hears its place where nothing comes, and where all that comes is others’', async () => {
    const { tail } = smallTail(1);
    const signal = AbortSignal.timeout(5_000);
    const others: EventTail = { ...tail, next: async () => pause(1, { events: [], upTo: [7] }) };
    for (const [log, place] of [
      [tail, '1'],
      [others, '7'],
    ] as const) {
      const texts = eventStream({
        ...{ tail: log, from: [1], wanted: { tenant: 'main' }, signal, heartbeatMs: 5 },
        position: String,
      });
      const heard = [];
      for await (const text of texts) if (heard.push(text) === 3) break;
      expect(heard.at(-1)).toBe(`id: ${place}\n: \n\n`);
    }
  });

  test('is told what keeps it from going on', async () => {
    const { tail } = smallTail(1);
    const { url } = await serve({ ...tail, next: () => Promise.reject(logUnavailable('gone')) });
    const reader = await to(`${url}/v1/events`);
    await reader.ended;
    expect(reader.frames.at(-1)).toEqual({ event: 'problem', data: '{"code":"log-unavailable"}' });
  });

  test('whose profile has none is told so', async () => {
    const shop = await serveSmallShop();
    shops.push(shop);
    expect((await ask(shop.url, '/v1/events')).body).toMatchObject({ status: 501, code: 'not-available' });
  });
});

/** Reads the head of the answer and nothing more. */
const stalled = (url: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname, () => {
      socket.write(`GET /v1/events HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`);
      socket.once('readable', () => {
        socket.read(1);
        resolve(socket);
      });
    });
    socket.on('error', reject);
  });

describe('the server', () => {
  const EVENT_BYTES = 64 * 1024;

  test('reads no further for a reader that does not take, and on for one that does', async () => {
    const { tail, steps } = smallTail(Number.MAX_SAFE_INTEGER, EVENT_BYTES);
    const { url } = await serve(tail);
    const socket = await stalled(url);
    let before = -1;
    for (const end = Date.now() + 30_000; before !== steps() && Date.now() < end;) {
      before = steps();
      await pause(200);
    }
    // What the kernel keeps for a connection, and one piece: far less than a hundred pieces of 640 KB.
    expect(steps()).toBeLessThan(100);
    const held = steps();
    socket.resume();
    for (const end = Date.now() + 30_000; steps() < held + 100 && Date.now() < end;) await pause(10);
    expect(steps()).toBeGreaterThanOrEqual(held + 100);
    socket.destroy();
  });

  test('takes so many readers and no more, until one leaves', async () => {
    const { url } = await serve(smallTail(1).tail);
    const readers = await Promise.all(Array.from({ length: MOST_READERS }, () => to(`${url}/v1/events`)));
    const refused = await ask(url, '/v1/events');
    expect([refused.status, refused.body['code'], refused.headers['retry-after']]).toEqual([
      ...[503, 'too-many-readers', '5'],
    ]);
    readers[0]?.leave();
    let status = 503;
    for (const end = Date.now() + 30_000; status !== 200 && Date.now() < end;) {
      await pause(20);
      ({ status } = await to(`${url}/v1/events`));
    }
    expect(status).toBe(200);
  });

  test('stops with readers that listen and readers that do not take', async () => {
    const { tail } = smallTail(Number.MAX_SAFE_INTEGER, EVENT_BYTES);
    const shop = await serve(tail);
    const socket = await stalled(shop.url);
    const waiting = await to(`${shop.url}/v1/events?after=now`);
    shops.pop();
    const began = performance.now();
    await shop.close();
    await waiting.ended;
    expect(performance.now() - began).toBeLessThan(10_000);
    socket.destroy();
  });
});
