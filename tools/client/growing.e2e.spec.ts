// Consumers while slots move to another generation of topics: our own client and a reader over HTTP get what comes in its time; a
// warehouse with a bare Kafka client puts the events of a stream in order by their versions.
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { connect, type Client } from '@orderloom/client';
import { eventsIn } from '@orderloom/engine';
import {
  generationsState,
  growTopics,
  kafkaClient,
  kafkaEventSource,
  kafkaJs,
  switchSlots,
  topicNames,
} from '@orderloom/kafka';
import { openSchemaIds } from '@orderloom/schema-registry';
import { leftOut } from '@orderloom/testing';
import { describeSchema, publicSchemas, wireCodec } from '@orderloom/wire';
import { until } from '../promises/until.ts';
import { anOrder, aPayment, done } from './orders.ts';
import { groupMember } from './group-member.ts';
import { kafkaObstacle, kafkaPlace } from './places.ts';
import { shelf } from './shelf.ts';

const obstacle = kafkaObstacle();
if (obstacle !== undefined) leftOut('consumers while slots move', obstacle);
const here = obstacle === undefined ? describe : describe.skip;
jest.setTimeout(300_000);

const OLD_PARTITIONS = 3;
const GROWN = 6;
const SLOTS = 1_024;
const ORDERS = 12;
const PLACED = 'order.placed.v1';

here('a consumer, while slots move to another generation of topics,', () => {
  const closers: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  const openShop = async () => {
    const place = await kafkaPlace();
    closers.push(place.stop);
    const client = await connect(place.connection);
    closers.push(client.stop);
    if (!('kafka' in place.connection)) throw new TypeError('the place is not on topics');
    const { brokers, prefix = '', schemaRegistryUrl } = place.connection.kafka;
    const schemaIds = await openSchemaIds({
      ...{ url: schemaRegistryUrl, schemas: publicSchemas(), describe: describeSchema },
      ...{ patienceMs: 0, onWait: () => undefined },
    });
    const at = { kafka: kafkaClient({ brokers, clientId: 'operator' }), prefix };
    const js = kafkaJs({ brokers, clientId: 'warehouse' });
    const move = async (): Promise<void> => {
      await growTopics(at, { js, partitions: GROWN, durability: 'dev' });
      await switchSlots(at, 2);
      await until(
        'the slots to be there',
        async () => (await generationsState(at)).slots[1] === SLOTS,
        60_000,
      );
    };
    return { client, move, js, at, schemaIds, url: place.url };
  };
  const placed = async (client: Client): Promise<string> => done(await client.orders.place(anOrder())).id;
  const pay = async (client: Client, order: string): Promise<unknown> =>
    done(await client.orders.send(order, 'ConfirmPayment', aPayment));

  test('of our own client, by either road, gets nothing of a slot before its group has handled what came before', async () => {
    const { client, move, url } = await openShop();
    const edge = await connect({ http: { url } });
    closers.push(edge.stop);
    const order = await placed(client);
    let goOn: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (goOn = resolve));
    /** Versions of the order that a group was handed, each once: a turn that ends hands out again what was under way. */
    const consume = async (road: Client, group: string, waits?: Promise<void>): Promise<number[]> => {
      const versions: number[] = [];
      await road.consume(group, async ({ stream, version }) => {
        if (stream.key !== order) return;
        if (!versions.includes(version)) versions.push(version);
        await waits;
      });
      return versions;
    };
    const slow = [await consume(client, 'slow', gate), await consume(edge, 'slow-at-the-edge', gate)];
    await until('the first event', () => slow.every(({ length }) => length === 1), 60_000);
    await move();
    await pay(client, order);
    const quick = [await consume(client, 'quick'), await consume(edge, 'quick-at-the-edge')];
    await until('the others to have read on', () => quick.every(({ length }) => length >= 2), 60_000);
    expect(slow).toEqual([[1], [1]]);
    goOn();
    const count = Math.max(...quick.map(({ length }) => length));
    await until('the rest', () => slow.every(({ length }) => length >= count), 60_000);
    for (const versions of slow) expect(versions).toEqual(versions.map((_, at) => at + 1));
  });

  test('and a reader over HTTP hears each order in its order, from the beginning and from before the move', async () => {
    const { client, move, url } = await openShop();
    const orders = await Promise.all(Array.from({ length: ORDERS }, () => placed(client)));
    const hears = async (query: string, has: (versions: readonly number[]) => boolean) => {
      const reader = await groupMember(`${url}/v1`, 'main', `?stream=order${query}`);
      const versions = (order: string): number[] =>
        reader.events().flatMap(({ key, version }) => (key === order ? [version] : []));
      await reader.until(() => orders.every((order) => has(versions(order))));
      reader.leave();
      return { events: reader.events(), versions };
    };
    const before = await hears('', (versions) => versions.includes(1));
    await move();
    await Promise.all(orders.map((order) => pay(client, order)));
    const all = await hears('', (versions) => versions.includes(2));
    const later = await hears(`&after=${before.events[2]?.id ?? ''}`, (versions) => versions.includes(2));
    const known = new Set(before.events.slice(0, 3).map(({ key, version }) => `${key}/${String(version)}`));
    for (const order of orders) {
      const heard = all.versions(order);
      expect(heard).toEqual(heard.map((_, at) => at + 1));
      expect(later.versions(order)).toEqual(
        later.versions(order).map((_, at) => at + (known.has(`${order}/1`) ? 2 : 1)),
      );
    }
  });

  test('null control: a reader that asks nobody gets it at once', async () => {
    const { client, move, at, schemaIds } = await openShop();
    const order = await placed(client);
    await move();
    await pay(client, order);
    const codec = wireCodec();
    const source = await kafkaEventSource({
      ...{ ...at, codec, schemaIds, groupId: `${at.prefix}-hasty` },
    });
    closers.push(source.stop);
    const early: number[] = [];
    void source.run(async ({ partition, read }, signal) => {
      // What stands in the old topics is never read.
      if (partition < OLD_PARTITIONS) return;
      for await (const groups of read(0, signal))
        for (const event of eventsIn(
          codec,
          groups.map(({ frames }) => frames),
        ))
          if (event.stream.key === order) early.push(event.version);
    });
    await until('an event that has overtaken', () => early.includes(2), 60_000);
    expect(early).not.toContain(1);
  });

  test('of a bare Kafka client puts events in order by their streams’ versions', async () => {
    const { client, move, js, at } = await openShop();
    const orders = await Promise.all(Array.from({ length: ORDERS }, () => placed(client)));
    await move();
    await Promise.all(orders.map((order) => pay(client, order)));
    const warehouse = shelf();
    // The new topic first: what comes from there is ahead of what the old one still holds.
    for (const generation of [2, 1]) {
      const consumer = js.consumer({ groupId: `${at.prefix}-wms-${String(generation)}` });
      await consumer.connect();
      closers.push(() => consumer.disconnect());
      await consumer.subscribe({ topic: topicNames(at.prefix, generation).events, fromBeginning: true });
      await consumer.run({ eachMessage: async ({ message }) => warehouse.take(message.headers ?? {}) });
      if (generation === 2) await until('the new topic', () => warehouse.hasAll(orders), 60_000);
    }
    await until('every order', () => orders.every((order) => warehouse.put(order).length >= 2), 60_000);
    for (const order of orders) {
      expect(warehouse.arrival(order)[0]).not.toContain(PLACED);
      const put = warehouse.put(order);
      expect(put.map(({ version }) => version)).toEqual(put.map((_, before) => before + 1));
      expect(put[0]?.type).toContain(PLACED);
    }
  });
});
