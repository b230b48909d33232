// The effect worker as processes of their own: they share the partitions, one that is killed in the middle of a call is
// replaced, and a receiver that hangs holds up nobody else.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { openEngine, openProcessors, untilDecided } from '@orderloom/distributed';
import type { EffectState, OrderState } from '@orderloom/domain';
import { ensureTenant } from '@orderloom/embedded';
import { commandRequest, EFFECTS_GROUP, type Engine } from '@orderloom/engine';
import { kafkaClient, kafkaParkedGroups } from '@orderloom/kafka';
import { openSchemaIds, publishSchemas } from '@orderloom/schema-registry';
import { fillingRegistry, obstacleTo, sharedServer } from '@orderloom/stack';
import { fakePaymentProvider, leftOut, servePayments, virtualClock } from '@orderloom/testing';
import { describeSchema, publicSchemas, schemaHistory } from '@orderloom/wire';
import { freshTopics } from '../kafka/shop.ts';
import { builtProgram } from '../promises/app.ts';
import { cleanUp, startProgram, type Program } from '../promises/scratch.ts';
import { until } from '../promises/until.ts';
import { parkEffect } from './parked-effect.ts';
import { startReceiver, type Receiver } from './receiver.ts';
import { aShop } from './shop.ts';
import { webhooksFile } from './webhooks-file.ts';

const obstacle = obstacleTo('kafka') ?? obstacleTo('schema-registry');
if (obstacle !== undefined) leftOut('effect-worker on real servers', obstacle);
jest.setTimeout(180_000);

const PARTITIONS = 4;
const TOKEN = 'a-token-of-the-account';

(obstacle === undefined ? describe : describe.skip)('effect-worker', () => {
  const folder = mkdtempSync(join(tmpdir(), 'orderloom-effect-worker-'));
  const closers: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const programs = new Set<Program>();
  let receiver: Receiver;
  let engine: Engine;
  let shop: ReturnType<typeof aShop>;
  let env: Readonly<Record<string, string>>;
  const clock = virtualClock(0);
  const provider = fakePaymentProvider({
    ...{ seed: 1, clock, decidesWithinMs: 1_000 },
    // A third leg cannot be had.
    legFault: (step, key) => (step === 'freeze' && key.endsWith('.freeze-3') ? 'refused' : undefined),
  });
  let topics: Parameters<typeof parkEffect>[0];

  beforeAll(async () => {
    const brokers = (await sharedServer('kafka')).urls;
    const [url = ''] = (await sharedServer('schema-registry')).urls;
    await fillingRegistry(() => publishSchemas({ url, schemas: schemaHistory(), describe: describeSchema }));
    const schemaIds = await openSchemaIds({
      ...{ url, describe: describeSchema, patienceMs: 60_000, onWait: () => undefined },
      schemas: publicSchemas(),
    });
    const { prefix } = await freshTopics(brokers, PARTITIONS);
    topics = { kafka: kafkaClient({ brokers, clientId: 'spec' }), prefix, schemaIds };
    const shared = { cluster: { brokers, clientId: 'spec' }, schemaIds, partitions: PARTITIONS, prefix };
    const processors = await openProcessors(shared);
    closers.push(processors.stop);
    ({ engine } = await openEngine({ ...shared, processors, waitMs: 60_000 }));
    closers.push(engine.stop);
    await untilDecided(() => ensureTenant(engine, 'main'));
    shop = aShop((request) => engine.send(request));
    receiver = await startReceiver();
    closers.push(receiver.close);
    const served = await servePayments(provider.port, TOKEN);
    closers.push(served.close);
    const providers = join(folder, 'providers.json');
    writeFileSync(providers, JSON.stringify({ bank: { url: served.url, token: TOKEN } }), { mode: 0o600 });
    env = {
      ORDERLOOM_PROVIDERS_FILE: providers,
      ORDERLOOM_KAFKA_BROKERS: brokers.join(','),
      ORDERLOOM_KAFKA_PREFIX: prefix,
      ORDERLOOM_SCHEMA_REGISTRY_URL: url,
      ORDERLOOM_WEBHOOKS_FILE: webhooksFile(folder, receiver.origin),
      PORT: '0',
    };
  }, 900_000);
  afterAll(async () => {
    await cleanUp();
    for (const close of closers.reverse()) await close();
  }, 120_000);

  const start = (): Program => {
    const program = startProgram([builtProgram('effect-worker')], env);
    programs.add(program);
    return program;
  };
  const operationsOf = (program: Program): Promise<string> =>
    until('the worker to say where it is', () => /operations at (\S+)/.exec(program.output())?.[1]);
  const madeBy = async (url: string): Promise<number> => {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    const [, made] =
      /orderloom_effect_attempts_total\{handler="webhook",outcome="succeeded"\} (\d+)/.exec(metrics) ?? [];
    return Number(made ?? 0);
  };
  const ended = (orderId: string, name: string, status: EffectState['status']): Promise<EffectState> =>
    until(`${name} of ${orderId} to be ${status}`, async () => {
      const found = await engine.stateOf({ tenant: 'main', type: 'effect', key: `${orderId}.1.${name}` });
      const state = found?.state as EffectState | undefined;
      return state?.status === status && state;
    });

  test('makes every call, shared by two processes, while another receiver hangs', async () => {
    const workers = [start(), start()];
    receiver.will('/hanging', ...Array.from({ length: 100 }, () => 'hang' as const));
    await shop.subscribe('wms', `${receiver.origin}/orders`);
    await shop.subscribe('hanging', `${receiver.origin}/hanging`);
    const names = Array.from({ length: 12 }, (_, n) => `order-${String(n)}`);
    const orders = await Promise.all(names.map((name) => shop.place(name)));
    for (const order of orders) expect(await ended(order, 'wms', 'succeeded')).toMatchObject({ attempt: 1 });
    const ids = new Set(receiver.received('/orders').map(({ id }) => id));
    expect([...ids].sort()).toEqual(orders.map((order) => `${order}.1.wms`).sort());
    const urls = await Promise.all(workers.map(operationsOf));
    await until('the workers to have counted what they made', async () => {
      const counts = await Promise.all(urls.map(madeBy));
      return counts.reduce((sum, count) => sum + count, 0) === orders.length;
    });
  });

  test('killed in the middle of a call is replaced: it is made again under its id, and all stop in order', async () => {
    const [first, second] = [...programs];
    receiver.will('/orders', 'hang');
    const order = await shop.place('killed');
    await until('the call to arrive', () =>
      receiver.received('/orders').some(({ id }) => id.startsWith(order)),
    );
    for (const program of [first, second]) program?.child.kill('SIGKILL');
    await Promise.all([first?.ended, second?.ended]);
    const third = start();
    expect(await ended(order, 'wms', 'succeeded')).toMatchObject({ attempt: 1, unknown: true });
    const calls = receiver.received('/orders').filter(({ id }) => id.startsWith(order));
    expect(new Set(calls.map(({ id }) => id))).toEqual(new Set([`${order}.1.wms`]));
    expect(calls).toHaveLength(2);
    third.child.kill('SIGTERM');
    expect((await third.ended).code).toBe(0);
  });

  test('makes a call that it has parked when somebody asks for it', async () => {
    const order = await shop.place('parked');
    await parkEffect(topics, `main/effect/${order}.1.wms`);
    const worker = start();
    expect(await ended(await shop.place('behind'), 'wms', 'succeeded')).toMatchObject({ attempt: 1 });
    expect(receiver.received('/orders').filter(({ id }) => id.startsWith(order))).toEqual([]);
    expect(await kafkaParkedGroups(topics).redrive(EFFECTS_GROUP, 'all')).toBe(1);
    expect(await ended(order, 'wms', 'succeeded')).toMatchObject({ attempt: 1 });
    worker.child.kill('SIGTERM');
    expect((await worker.ended).code).toBe(0);
  });

  const say = async (type: string, key: string, command: string, data: object): Promise<void> => {
    const stream = { tenant: 'main', type, key };
    const { outcome } = await engine.send(
      commandRequest({ stream, type: command, data, commandId: `${command}-${key}` }),
    );
    expect([command, outcome]).toEqual([command, 'accepted']);
  };
  const moneyOf = async (order: string) => {
    const found = await engine.stateOf({ tenant: 'main', type: 'order', key: order });
    return (found?.state as OrderState | undefined)?.money;
  };

  test('asks a provider what became of a payment, and has what was paid go back', async () => {
    const worker = start();
    await say('tenant', 'main', 'RegisterPaymentProvider', {
      ...{ name: 'bank', silenceMs: 500, pausesMs: [500, 500, 500], refunds: true, legs: true },
    });
    const order = await shop.place('asked');
    const payment = { paymentId: 'pay-1', amount: 1250, currency: 'EUR' };
    await say('order', order, 'StartPayment', { ...payment, provider: 'bank' });
    provider.begin({ ...payment, reference: order });
    clock.advance(1_000);
    await until('the order to be paid', async () => (await moneyOf(order))?.paid === 1250);
    await say('order', order, 'CancelOrder', { reason: 'changed-mind', lines: null });
    await until('the money to be back', async () => (await moneyOf(order))?.refunds[0]?.confirmed === true);
    expect(provider.ledger().get('pay-1')).toEqual({ frozen: 0, captured: 1250, refunded: 1250 });
    worker.child.kill('SIGTERM');
    expect((await worker.ended).code).toBe(0);
  });

  test('pays a bill by its legs, and lets all of them go where one cannot be had', async () => {
    const worker = start();
    const issued = async (name: string, amounts: readonly number[]): Promise<string> => {
      const order = await shop.place(name);
      const legs = amounts.map((amount, at) => ({
        ...{ legId: String(at), kind: 'card', provider: 'bank', amount },
      }));
      const data = { billId: name, purpose: 'balance', amount: 1250, legs, balanceDue: null };
      await say('order', order, 'IssueBill', data);
      return order;
    };
    const paid = await issued('by-legs', [500, 750]);
    const refused = await issued('refused', [400, 400, 450]);
    const billOf = async (order: string) => {
      const found = await engine.stateOf({ tenant: 'main', type: 'order', key: order });
      return (found?.state as OrderState | undefined)?.bills?.[0];
    };
    await until('the bill to be paid', async () => (await moneyOf(paid))?.paid === 1250);
    await until(
      'the other one to be let go',
      async () => (await billOf(refused))?.legs[0]?.status === 'released',
    );
    const taken = [...provider.ledger()].filter(([, { captured }]) => captured > 0).map(([name]) => name);
    expect(taken).toEqual(expect.arrayContaining(['by-legs/0', 'by-legs/1']));
    expect(provider.ledger().get('refused/0')).toEqual({ frozen: 0, captured: 0, refunded: 0 });
    worker.child.kill('SIGTERM');
    expect((await worker.ended).code).toBe(0);
  });
});
