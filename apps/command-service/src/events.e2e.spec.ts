// The live events of a running engine, in one log and in partitions: what a service outside hears, and what nobody does.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { applyTopics, kafkaJs } from '@orderloom/kafka';
import { publishSchemas } from '@orderloom/schema-registry';
import { fillingRegistry, obstacleTo, sharedServer } from '@orderloom/stack';
import { engineProcess, leftOut, type EngineProcess } from '@orderloom/testing';
import { describeSchema, schemaHistory } from '@orderloom/wire';
import { hear, type Heard } from './example/hear.ts';

jest.setTimeout(180_000);
const PROGRAM = join(import.meta.dirname, '../dist/main.js');
const PARTITIONS = 4;

/** The service over topics of its own, on real servers. */
const onKafka = async (): Promise<EngineProcess> => {
  const brokers = (await sharedServer('kafka')).urls;
  const [registry = ''] = (await sharedServer('schema-registry')).urls;
  await fillingRegistry(() =>
    publishSchemas({ url: registry, schemas: schemaHistory(), describe: describeSchema }),
  );
  const prefix = `t-${randomUUID().slice(0, 8)}`;
  const js = kafkaJs({ brokers, clientId: 'spec' });
  await applyTopics(js, { partitions: PARTITIONS, prefix, durability: 'dev' });
  return engineProcess(PROGRAM, {
    ORDERLOOM_PROFILE: 'kafka',
    ORDERLOOM_KAFKA_BROKERS: brokers.join(','),
    ORDERLOOM_KAFKA_PARTITIONS: String(PARTITIONS),
    ORDERLOOM_KAFKA_PREFIX: prefix,
    ORDERLOOM_SCHEMA_REGISTRY_URL: registry,
  });
};
const obstacle = obstacleTo('kafka') ?? obstacleTo('schema-registry');
if (obstacle !== undefined) leftOut('live events of an engine on Kafka', obstacle);

const RECEIVER = { name: 'Zacharias Quill', line1: 'Owl Lane 9', city: 'Nook', country: 'DE' };

/** Does something again and again, until what is waited for has come. */
const until = async <T>(waited: Promise<T>, again: () => Promise<unknown>): Promise<T> => {
  const state = { come: false };
  const seen = waited.finally(() => (state.come = true));
  while (!state.come) await again();
  return seen;
};

describe.each([
  { name: 'in one log', start: () => engineProcess(PROGRAM), here: describe },
  { name: 'in partitions', start: onKafka, here: obstacle === undefined ? describe : describe.skip },
])('who listens to an engine whose events are $name', ({ start, here }) => {
  here('over HTTP', () => {
    let engine: EngineProcess;
    beforeAll(async () => {
      engine = await start();
    }, 1_200_000);
    afterAll(() => engine.stop());

    let keys = 0;
    const post = async (path: string, body: object, tenant = 'main'): Promise<Record<string, unknown>> => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': `"k-${++keys}"`, tenant };
      const answer = await fetch(engine.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
      expect(answer.ok).toBe(true);
      return (await answer.json()) as Record<string, unknown>;
    };
    const place = async (tenant = 'main'): Promise<string> => {
      const lines = [{ lineId: '1', sku: 'MUG', quantity: 1, unitPrice: 1_249 }];
      const order = { buyerId: `b-${++keys}`, currency: 'EUR', total: 1_249, lines, receiver: RECEIVER };
      return String((await post('/v1/orders', order, tenant))['orderId']);
    };
    const pay = (order: string) =>
      post(`/v1/orders/${order}/commands`, {
        type: 'ConfirmPayment',
        data: { paymentId: 'p', amount: 1_249, currency: 'EUR', provider: 'bank' },
      });
    const events = (query: string, count: number, headers = {}): Promise<Heard> =>
      hear(`${engine.url}/v1/events?${query}`, count, headers);
    /** What was heard of one order, as it came. */
    const of = (order: string, ...all: readonly Heard[]): unknown[] =>
      all
        .flatMap(({ events: heard }) => heard)
        .filter(({ data }) => data['streamkey'] === order)
        .map(({ data }) => [data['streamversion'], data['type']]);

    test('hears every event of the tenant’s orders, in order, and goes on where it has left', async () => {
      const orders = [await place(), await place()];
      for (const order of orders) await pay(order);
      const [placed, paid] = ['orderloom.order.placed.v1', 'orderloom.order.payment-confirmed.v1'];
      const first = await events('stream=order', 3);
      const rest = await events('stream=order', 1, { 'last-event-id': first.events[2]?.id ?? '' });
      for (const order of orders)
        expect(of(order, first, rest)).toEqual([
          [1, placed],
          [2, paid],
        ]);
      const begun = first.events.find(({ data }) => data['streamkey'] === orders[0]);
      expect(begun?.data).toMatchObject({
        ...{ specversion: '1.0', source: '/orderloom', subject: `main/order/${String(orders[0])}` },
        ...{ id: `main/order/${String(orders[0])}/1`, datacontenttype: 'application/json', tenant: 'main' },
      });
    });

    test('hears behind every position what it has not heard, each event once', async () => {
      for (let n = 0; n < 12; n++) await pay(await place());
      const known = 2 * 12 + 4;
      const all = await events('stream=order', known);
      const ids = all.events.map(({ data }) => data['id']);
      for (const [at, { id }] of all.events.slice(0, -1).entries()) {
        const rest = await events(`stream=order&after=${id}`, known - at - 1);
        const heard = rest.events.map(({ data }) => data['id']);
        expect([...ids.slice(0, at + 1), ...heard].toSorted()).toEqual(ids.toSorted());
      }
    });

    test('hears what comes, where it asks for now', async () => {
      const listening = events('stream=order&after=now', 1);
      // Whoever asks for now hears what is placed once its place is known; more are placed until one is.
      const heard = await Promise.race([listening, until(listening, place)]);
      expect(heard.events[0]?.data).toMatchObject({ eventname: 'OrderPlaced', streamversion: 1 });
    });

    test('hears only what it asks for', async () => {
      const order = await place();
      await pay(order);
      const { events: heard } = await events('type=PaymentConfirmed', 3);
      expect(new Set(heard.map(({ data }) => data['eventname']))).toEqual(new Set(['PaymentConfirmed']));
    });

    test('hears nothing of another tenant, and no name of anybody', async () => {
      await post('/v1/tenants/quiet/commands', { type: 'CreateTenant', data: {} }, 'quiet');
      const mark = await place();
      await post('/v1/tenants/quiet/commands', { type: 'SetClock', data: {} }, 'quiet').catch(
        () => undefined,
      );
      const { events: heard, text } = await events('', 1, { tenant: 'quiet' });
      for (const { data } of heard) expect(data['tenant']).toBe('quiet');
      expect(text).not.toContain(mark);
      const all = await events('stream=order', 4);
      expect(all.text).toContain('"keyId"');
      for (const clear of Object.values(RECEIVER).filter((value) => value.length > 2))
        expect(all.text).not.toContain(clear);
    });
  });
});
