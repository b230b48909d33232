// Calls to the outside in one process, to a real receiver that fails, is slow, hangs up or is gone: each is made at least
// once under one id, retries alone, is given up where its tenant says, and comes back when somebody redrives it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { followingEngine, type Consumer } from '@orderloom/client';
import type { ChainState, EffectState } from '@orderloom/domain';
import { startEffectWorker, webhookHandler, type EffectHandler } from '@orderloom/effects';
import { ensureTenant, openEmbedded, type Embedded } from '@orderloom/embedded';
import { EFFECTS_GROUP } from '@orderloom/engine';
import { Webhook } from 'standardwebhooks';
import { until } from '../promises/until.ts';
import { startReceiver, type Receiver } from './receiver.ts';
import { aShop, SECRET } from './shop.ts';

/** Long enough for a busy machine, short enough for a receiver that never answers. */
const CALL_WITHIN_MS = 3_000;

describe('a call to the outside', () => {
  const folder = mkdtempSync(join(tmpdir(), 'orderloom-effects-'));
  let receiver: Receiver;
  let embedded: Embedded;
  let worker: Consumer | undefined;
  let shop: ReturnType<typeof aShop>;

  const work = async (handlers: Readonly<Record<string, EffectHandler>> = {}): Promise<void> => {
    const origins = new Map([[receiver.origin, SECRET]]);
    worker = startEffectWorker({
      following: await followingEngine(embedded, EFFECTS_GROUP),
      send: (request) => embedded.engine.send(request),
      handlers: { webhook: webhookHandler({ origins, now: Date.now }), ...handlers },
      callWithinMs: CALL_WITHIN_MS,
      onProblem: ({ message }) => {
        throw new Error(message);
      },
    });
  };
  const open = async (): Promise<void> => {
    embedded = await openEmbedded({ folder });
    await ensureTenant(embedded.engine, 'main');
    shop = aShop((request) => embedded.engine.send(request));
  };
  beforeEach(async () => {
    receiver = await startReceiver();
    await open();
    await work();
  });
  afterEach(async () => {
    await worker?.stop();
    await embedded.stop();
    await receiver.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const effectOf = (orderId: string, name: string, version = 1) => ({
    ...{ tenant: 'main', type: 'effect', key: `${orderId}.${version}.${name}` },
  });
  const ended = (
    orderId: string,
    name: string,
    status: EffectState['status'],
    version = 1,
  ): Promise<EffectState> =>
    until(`${name} to be ${status}`, async () => {
      const found = await embedded.engine.stateOf(effectOf(orderId, name, version));
      const state = found?.state as EffectState | undefined;
      return state?.status === status && state;
    });
  const historyOf = async (orderId: string, name: string): Promise<readonly string[]> => {
    const effect = effectOf(orderId, name);
    await embedded.engine.settled();
    return (await embedded.engine.history(effect, 0, 100)).map(({ type }) => type);
  };

  test('is one signed CloudEvent, with nothing that is sealed', async () => {
    await shop.subscribe('wms', `${receiver.origin}/orders`);
    const order = await shop.place('one');
    expect(await ended(order, 'wms', 'succeeded')).toMatchObject({ attempt: 1, code: 'http-204' });
    const [call] = receiver.received();
    expect(call?.id).toBe(`${order}.1.wms`);
    expect(new Webhook(SECRET).verify(call?.body ?? '', call?.headers ?? {})).toMatchObject({
      ...{ specversion: '1.0', id: `main/order/${order}/1`, type: 'orderloom.order.placed.v1' },
      ...{ subject: `main/order/${order}`, eventname: 'OrderPlaced', data: { total: 1250 } },
    });
    expect(receiver.received()).toHaveLength(1);
    expect(await historyOf(order, 'wms')).toEqual([
      ...['EffectRequested', 'EffectAttemptStarted', 'EffectSucceeded'],
    ]);
  });

  test('17.5 that fails comes again later under the same id, until it succeeds', async () => {
    receiver.will('/orders', 503, 302, 500);
    await shop.subscribe('wms', `${receiver.origin}/orders`, { firstRetryMs: 50 });
    const order = await shop.place('one');
    expect(await ended(order, 'wms', 'succeeded')).toMatchObject({ attempt: 4, unknown: false });
    const calls = receiver.received();
    expect(new Set(calls.map(({ id }) => id)).size).toBe(1);
    const pauses = calls.slice(1).map(({ at }, index) => at - (calls[index]?.at ?? 0));
    [50, 100, 200].forEach((least, index) => expect(pauses[index]).toBeGreaterThanOrEqual(least - 5));
  });

  test.each(['hang', 'drop'] as const)(
    'of which nobody knows what became (%s) says so, and is repeated',
    async (answer) => {
      receiver.will('/orders', answer);
      await shop.subscribe('wms', `${receiver.origin}/orders`);
      const order = await shop.place('one');
      expect(await ended(order, 'wms', 'succeeded')).toMatchObject({ attempt: 2, unknown: true });
      expect(receiver.received().map(({ id }) => id)).toEqual([`${order}.1.wms`, `${order}.1.wms`]);
    },
  );

  test('19.4 is asked about before it is repeated, where the other side can be asked', async () => {
    await worker?.stop();
    const asked: string[] = [];
    const webhook = webhookHandler({ origins: new Map([[receiver.origin, SECRET]]), now: Date.now });
    const query: EffectHandler['query'] = async ({ effectId }) => {
      asked.push(effectId);
      const knows = receiver.received().some(({ id }) => id === effectId);
      return knows ? { outcome: 'succeeded', code: 'known' } : undefined;
    };
    await work({ webhook: { ...webhook, query } });
    receiver.will('/orders', 'drop');
    await shop.subscribe('wms', `${receiver.origin}/orders`);
    const order = await shop.place('one');
    expect(await ended(order, 'wms', 'succeeded')).toMatchObject({ attempt: 2, code: 'known' });
    expect(asked).toEqual([`${order}.1.wms`]);
    expect(receiver.received()).toHaveLength(1);
  });

  test('that fails retries alone: nineteen others are made at once, and on time', async () => {
    const names = Array.from({ length: 20 }, (_, n) => `hook-${String(n)}`);
    receiver.will('/hook-7', ...Array.from({ length: 100 }, () => 'hang' as const));
    for (const name of names) await shop.subscribe(name, `${receiver.origin}/${name}`);
    const order = await shop.place('one');
    const others = names.filter((name) => name !== 'hook-7');
    await Promise.all(others.map((name) => ended(order, name, 'succeeded')));
    expect((await embedded.engine.stateOf(effectOf(order, 'hook-7')))?.state).not.toMatchObject({
      status: 'succeeded',
    });
    receiver.will('/hook-7');
    expect(others.every((name) => receiver.received(`/${name}`).length === 1)).toBe(true);
    await ended(order, 'hook-7', 'succeeded');
  });

  test('is given up after its last attempt, listed, and made again when somebody redrives it', async () => {
    receiver.will('/orders', 500, 500, 500);
    await shop.subscribe('wms', `${receiver.origin}/orders`, { maxAttempts: 3, firstRetryMs: 1 });
    const order = await shop.place('one');
    expect(await ended(order, 'wms', 'given-up')).toMatchObject({ attempt: 3, code: 'http-500' });
    await embedded.engine.settled();
    const { documents } = await embedded.engine.list('effect', 'main', 'status:given-up', null, 10);
    expect(documents.map(({ id }) => id)).toEqual([`main/${order}.1.wms`]);
    await shop.redrive(`${order}.1.wms`, 'once');
    expect(await ended(order, 'wms', 'succeeded')).toMatchObject({ attempt: 4 });
  });

  test('is given up at once where its receiver is gone, or is none that may be called', async () => {
    receiver.will('/gone', 410);
    await shop.subscribe('gone', `${receiver.origin}/gone`);
    await shop.subscribe('inside', 'http://169.254.169.254/latest/meta-data');
    const order = await shop.place('one');
    expect(await ended(order, 'gone', 'given-up')).toMatchObject({ attempt: 1, code: 'http-410' });
    expect(await ended(order, 'inside', 'given-up')).toMatchObject({ code: 'origin-not-allowed' });
    expect(receiver.received()).toHaveLength(1);
  });

  test('to a receiver that is away waits for it', async () => {
    const away = await startReceiver();
    await away.close();
    await shop.subscribe('wms', `${receiver.origin}/orders`, { firstRetryMs: 50 });
    await worker?.stop();
    const order = await shop.place('one');
    const handler = webhookHandler({ origins: new Map([[away.origin, SECRET]]), now: Date.now });
    let tried = 0;
    await work({
      webhook: {
        ...handler,
        perform: async (call, signal) =>
          ++tried === 1
            ? handler.perform({ ...call, url: away.origin }, signal)
            : { outcome: 'succeeded', code: 'ok' },
      },
    });
    expect(await ended(order, 'wms', 'succeeded')).toMatchObject({ attempt: 2, unknown: false });
  });

  test('that a stopped worker has begun is taken up by the next, under its id', async () => {
    receiver.will('/orders', 'hang');
    await shop.subscribe('wms', `${receiver.origin}/orders`);
    const order = await shop.place('one');
    await until('the call to arrive', () => receiver.received().length === 1);
    await worker?.stop();
    await embedded.stop();
    await open();
    await work();
    expect(await ended(order, 'wms', 'succeeded')).toMatchObject({ attempt: 1, unknown: true });
    expect(await historyOf(order, 'wms')).toContain('EffectAttemptResumed');
    expect(new Set(receiver.received().map(({ id }) => id)).size).toBe(1);
  });

  describe('in order', () => {
    const BOTH = ['OrderPlaced', 'PaymentConfirmed'];
    const heard = (): readonly string[] => receiver.received().map(({ id }) => id.split('.')[1] ?? '');
    /** Placed and paid; the receiver is in trouble when it hears of the first. */
    const paidFor = async (inOrder: boolean, rules: object = {}): Promise<string> => {
      receiver.will('/orders', 503, 503);
      await shop.subscribe('wms', `${receiver.origin}/orders`, { inOrder, events: BOTH, ...rules });
      const order = await shop.place('one');
      await until('the first call', () => receiver.received().length > 0);
      await shop.pay(order);
      return order;
    };

    test('waits until the one before it has succeeded, however often that is tried', async () => {
      const order = await paidFor(true);
      await ended(order, 'wms', 'succeeded', 2);
      expect(heard()).toEqual(['1', '1', '1', '2']);
    });

    test('null control: it does not wait where its webhook has not asked for that', async () => {
      const order = await paidFor(false, { firstRetryMs: 60_000 });
      await ended(order, 'wms', 'waiting', 2);
      expect(heard()).toEqual(['1', '2']);
    });

    test('waits for one that was given up until somebody redrives it', async () => {
      const order = await paidFor(true, { maxAttempts: 1 });
      await ended(order, 'wms', 'given-up');
      expect(heard()).toEqual(['1']);
      receiver.will('/orders');
      await shop.redrive(`${order}.1.wms`, 'once');
      await ended(order, 'wms', 'succeeded', 2);
      expect(heard()).toEqual(['1', '1', '2']);
    });

    test('is not made where its webhook is gone', async () => {
      const order = await paidFor(true, { firstRetryMs: 50 });
      await shop.unsubscribe('wms');
      await ended(order, 'wms', 'given-up');
      const chain = { tenant: 'main', type: 'chain', key: `${order}.wms` };
      await until('the chain to be empty', async () => {
        const found = await embedded.engine.stateOf(chain);
        return (found?.state as ChainState | undefined)?.queue.length === 0;
      });
      expect(heard()).not.toContain('2');
    });
  });

  test('is made for nobody who did not ask', async () => {
    await shop.place('one');
    await embedded.engine.settled();
    const { documents } = await embedded.engine.list('effect', 'main', 'all:', null, 10);
    expect(documents).toEqual([]);
  });
});
