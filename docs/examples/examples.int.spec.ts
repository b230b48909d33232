// The services of this folder beside one engine, with carts that come twice and a database that is away at first; and an
// order followed by a program that has no SDK.
import { execFile, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { connect, TryLater, type Client } from '@orderloom/client';
import { leftOut } from '@orderloom/testing';
import { embeddedPlace, kafkaObstacle, kafkaPlace, type Place } from '../../tools/client/places.ts';
import { checkOut, type Cart } from './checkout.ts';
import { runWarehouse, type PackingList } from './warehouse.ts';

jest.setTimeout(60_000);
const CARTS = 8;
const WITHIN_MS = 40_000;
const OPEN_WITHIN_MS = 1_200_000;
const STEPS = ['OrderPlaced', 'PaymentConfirmed', 'LinesShipped', 'LinesDelivered'];

const aCart = (): Cart => ({
  id: randomUUID(),
  order: {
    ...{ buyerId: `b-${randomUUID()}`, currency: 'EUR', total: 2_498 },
    lines: [{ lineId: '1', sku: 'MUG', quantity: 2, unitPrice: 1_249 }],
  },
  payment: { id: randomUUID(), provider: 'bank' },
});

const aPackingList = (failures: number): PackingList => {
  const lists = new Map<string, Awaited<ReturnType<PackingList['read']>>>();
  let left = failures;
  return {
    write: async (orderId, lines) => void lists.set(orderId, lines),
    read: async (orderId) => {
      if (left-- > 0) throw new TryLater();
      return lists.get(orderId) ?? [];
    },
  };
};

/** Checks every cart out twice, with a warehouse beside it, and gives what became of each order. */
const trade = async (client: Client): Promise<ReadonlyMap<string, readonly string[]>> => {
  const seen = new Map<string, string[]>();
  await client.consume('everything', ({ stream, type }) => {
    seen.set(stream.key, [...(seen.get(stream.key) ?? []), type]);
  });
  const warehouse = await runWarehouse(client, aPackingList(3));
  const carts = Array.from({ length: CARTS }, aCart);
  const orders = await Promise.all([...carts, ...carts].map((cart) => checkOut(client, cart)));
  const isDelivered = (): boolean =>
    orders.every((order) => seen.get(order)?.includes('LinesDelivered') === true);
  for (const deadline = Date.now() + WITHIN_MS; !isDelivered() && Date.now() < deadline;) await pause(20);
  expect(warehouse.parked()).toEqual([]);
  return new Map(orders.map((order) => [order, seen.get(order) ?? []]));
};

const placeFor = (open: () => Promise<Place>) => {
  const opened: { place?: Place; client?: Client } = {};
  beforeAll(async () => {
    opened.place = await open();
    opened.client = await connect(opened.place.connection);
  }, OPEN_WITHIN_MS);
  afterAll(async () => {
    await opened.client?.stop();
    await opened.place?.stop();
  });
  return opened;
};

const expectAllDelivered = (orders: ReadonlyMap<string, readonly string[]>): void => {
  expect([...orders.values()]).toEqual(Array.from({ length: CARTS }, () => STEPS));
};

describe('a checkout and a warehouse in the engine’s process', () => {
  const opened = placeFor(embeddedPlace);
  test('take every cart to its delivery, each step once', async () => {
    expectAllDelivered(await trade(opened.client!));
  });
});

const libraries = mkdtempSync(join(tmpdir(), 'orderloom-python-'));
afterAll(() => rmSync(libraries, { recursive: true, force: true }));

const python = (...args: readonly string[]) => spawnSync('python3', args, { timeout: 120_000 });
const pythonObstacle = (): string | undefined => {
  if (python('-m', 'pip', '--version').status !== 0) return 'there is no python3 with pip';
  const wanted = ['confluent-kafka==2.16.1', 'fastavro==1.13.1'];
  const options = ['--quiet', '--only-binary=:all:', '--disable-pip-version-check'];
  const { status } = python('-m', 'pip', 'install', ...options, '--target', libraries, ...wanted);
  return status === 0 ? undefined : `pip cannot install ${wanted.join(' and ')}`;
};

const obstacle = kafkaObstacle();
if (obstacle !== undefined) leftOut('the examples through topics', obstacle);
const withoutPython = obstacle ?? pythonObstacle();
if (withoutPython !== undefined) leftOut('an order followed in Python', withoutPython);

(obstacle === undefined ? describe : describe.skip)('a checkout and a warehouse through topics', () => {
  const opened = placeFor(kafkaPlace);
  let orders: ReadonlyMap<string, readonly string[]> = new Map();

  test('take every cart to its delivery, each step once', async () => {
    orders = await trade(opened.client!);
    expectAllDelivered(orders);
  });

  (withoutPython === undefined ? test : test.skip)('leave what Python follows without an SDK', async () => {
    const { connection } = opened.place!;
    if (!('kafka' in connection)) throw new Error('not on Kafka');
    const { brokers, schemaRegistryUrl, prefix } = connection.kafka;
    const [order = ''] = orders.keys();
    const program = join(import.meta.dirname, 'follow_order.py');
    const { stdout } = await promisify(execFile)(
      'python3',
      [program, brokers.join(), schemaRegistryUrl, order, `${prefix ?? ''}.order.events.v1`],
      { env: { ...process.env, PYTHONPATH: libraries }, timeout: WITHIN_MS },
    );
    const told = stdout.trimEnd().split('\n');
    expect(told.map((line) => line.split(' ')[1])).toEqual(
      ['placed', 'payment-confirmed', 'lines-shipped', 'lines-delivered'].map(
        (name) => `orderloom.order.${name}.v1`,
      ),
    );
    expect(told[0]).toContain('"sku": "MUG"');
  });
});
