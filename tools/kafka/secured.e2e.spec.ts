// A cluster that lets nobody in without TLS, a password and a right: what each may do is what `topics apply` says.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { followingLog } from '@orderloom/client';
import { openEngine, openProcessors, type DistributedOptions, untilDecided } from '@orderloom/distributed';
import { startEffectWorker } from '@orderloom/effects';
import { ensureTenant } from '@orderloom/embedded';
import { EFFECTS_GROUP, type CommandRequest, type Engine } from '@orderloom/engine';
import {
  commandWriter,
  kafkaClient,
  kafkaEventSource,
  kafkaGroupProgress,
  kafkaJs,
  topicNames,
} from '@orderloom/kafka';
import { readConfig } from '@orderloom/runtime';
import { kafkaThrough, obstacleTo, ownServer, type OwnServer } from '@orderloom/stack';
import { leftOut } from '@orderloom/testing';
import { wireCodec, wireCommands } from '@orderloom/wire';
import { aShop } from '../effects/shop.ts';
import { until } from '../promises/until.ts';
import { exampleOptions, type ProgramOptions } from './options.ts';
import { readLog } from './read-log.ts';
import { pay, place } from './shop.ts';

const obstacle = obstacleTo('kafka');
if (obstacle !== undefined) leftOut('a broker with TLS, SCRAM and ACLs', obstacle);
const here = obstacle === undefined ? describe : describe.skip;
const throughLibrdkafka = kafkaThrough('librdkafka');
if (throughLibrdkafka.obstacle !== undefined)
  leftOut('a broker with TLS, SCRAM and ACLs, through librdkafka', throughLibrdkafka.obstacle);
jest.setTimeout(120_000);

const CLI = join(import.meta.dirname, '../../apps/cli/dist/main.js');
const PREFIX = 'secured';
const PARTITIONS = 2;
const WAIT_MS = 30_000;
const USERS = {
  admin: 'secret-1',
  decider: 'secret-2',
  checkout: 'secret-3',
  warehouse: 'secret-4',
  packer: 'secret-5',
  caller: 'secret-6',
};
type User = keyof typeof USERS;
type Message = ReturnType<ReturnType<typeof commandWriter>>;
const ROLES = [
  'processors=decider',
  'sender=checkout',
  'reader=warehouse',
  'consumer=packer',
  'effects=caller',
];

here('a secured cluster', () => {
  const folder = mkdtempSync(join(tmpdir(), 'orderloom-secured-'));
  const closers: (() => Promise<unknown>)[] = [];
  let server: OwnServer;
  let shop: Engine;

  const environment = (user: User, password: string = USERS[user]) => ({
    ORDERLOOM_KAFKA_BROKERS: server.urls.join(','),
    ORDERLOOM_KAFKA_PREFIX: PREFIX,
    ORDERLOOM_KAFKA_PARTITIONS: String(PARTITIONS),
    ORDERLOOM_KAFKA_TLS: 'on',
    ORDERLOOM_KAFKA_CA_FILE: join(folder, 'ca.pem'),
    ORDERLOOM_KAFKA_SASL: user === 'caller' ? 'scram-sha-256' : 'scram-sha-512',
    ORDERLOOM_KAFKA_USER: user,
    ORDERLOOM_KAFKA_PASSWORD: password,
  });
  const as = (user: User, password?: string): ProgramOptions => {
    const { kafkaBrokers, kafkaAccess } = readConfig(environment(user, password));
    return { brokers: kafkaBrokers, access: kafkaAccess, prefix: PREFIX, partitions: PARTITIONS };
  };
  const clientOf = (user: User, password?: string) => kafkaJs(exampleOptions(as(user, password)).cluster);
  const engineClientOf = (user: User) => kafkaClient(exampleOptions(as(user)).cluster);
  const names = topicNames(PREFIX);

  beforeAll(async () => {
    server = await ownServer('kafka', { security: { users: USERS, superUsers: ['admin'] } });
    closers.push(server.stop);
    writeFileSync(join(folder, 'ca.pem'), server.ca ?? '');
    const args = ['topics', 'apply', '--dev', ...ROLES.flatMap((role) => ['--allow', role])];
    const env = { PATH: process.env['PATH'], ...environment('admin') };
    const { stdout } = await promisify(execFile)(process.execPath, [CLI, ...args], { env });
    expect(stdout).toContain('checkout is let in as sender.');
    const processors = await openProcessors(exampleOptions(as('decider')));
    closers.push(processors.stop);
    const { engine } = await openEngine({ ...exampleOptions(as('checkout')), waitMs: WAIT_MS });
    closers.push(engine.stop);
    await untilDecided(() => ensureTenant(engine, 'main'));
    shop = engine;
  }, 900_000);
  afterAll(async () => {
    for (const close of closers.reverse()) await close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Puts one record somewhere as somebody. */
  const put = async (user: User, topic: string, message: Message): Promise<void> => {
    const producer = clientOf(user).producer();
    await producer.connect();
    try {
      await producer.send({ topic, messages: [{ ...message, partition: 0 }] });
    } finally {
      await producer.disconnect();
    }
  };
  const write = (request: CommandRequest): Message =>
    commandWriter(wireCommands(), exampleOptions(as('checkout')).schemaIds)(request);
  /** A command that claims to come from the process manager of another order. */
  const forged = (orderId: string): Message =>
    write({ ...pay(orderId), hops: 1, causation: 'order-x/1', root: 'cart-x', origin: null });

  test('takes orders from a sender, whose events a reader sees', async () => {
    const placed = await shop.send(place('secured'));
    expect(placed).toMatchObject({ outcome: 'accepted' });
    expect(await shop.send(pay(placed.stream.key))).toMatchObject({ outcome: 'accepted' });
    const consumer = clientOf('warehouse').consumer({ groupId: 'warehouse.picking' });
    closers.push(() => consumer.disconnect());
    const seen: string[] = [];
    await consumer.connect();
    await consumer.subscribe({ topic: names.events, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message }) => void seen.push(String(message.headers?.['ce_type'])),
    });
    await until('the payment', () => seen.some((type) => type.includes('payment-confirmed')));
  });

  test('lets a consumer keep the progress of its own groups, and of no others', async () => {
    const kafka = engineClientOf('packer');
    const { schemaIds } = exampleOptions(as('packer'));
    const codec = wireCodec();
    const groupId = `${PREFIX}.packer.boxes`;
    const source = await kafkaEventSource({ kafka, codec, schemaIds, groupId, prefix: PREFIX });
    closers.push(source.stop);
    const given = new Set<number>();
    void source.run(async ({ partition }) => void given.add(partition));
    await until('its partitions', () => given.size === PARTITIONS);
    const progressOf = async (group: string) => {
      const progress = await kafkaGroupProgress({ kafka, prefix: PREFIX, group });
      closers.push(progress.close);
      return progress.take(0);
    };
    const own = await progressOf('packer.boxes');
    await own.keep({ index: 1, parked: [] });
    await own.close();
    await expect(progressOf('warehouse')).rejects.toThrow(/^fencing .* failed/);
  });

  test('lets an effect worker follow, keep its progress, and say what came of its calls', async () => {
    const cluster = exampleOptions(as('caller'));
    const kafka = engineClientOf('caller');
    const { schemaIds } = cluster;
    const codec = wireCodec();
    const groupId = `${PREFIX}.${EFFECTS_GROUP}`;
    const source = await kafkaEventSource({ kafka, codec, schemaIds, groupId, prefix: PREFIX });
    const progress = await kafkaGroupProgress({ kafka, prefix: PREFIX, group: EFFECTS_GROUP });
    const { engine } = await openEngine({ ...cluster, waitMs: WAIT_MS });
    const problems: string[] = [];
    const worker = startEffectWorker({
      following: followingLog({ source, codec, progress }, progress.look),
      send: (request) => engine.send(request),
      handlers: {
        webhook: {
          targetOf: ({ url }) => url,
          perform: async () => ({ outcome: 'succeeded', code: 'http-204' }),
        },
      },
      onProblem: ({ message }) => problems.push(message),
    });
    closers.push(engine.stop, worker.stop);
    const { subscribe } = aShop((request) => shop.send(request));
    await subscribe('wms', 'https://wms.example/');
    const { stream } = await shop.send(place('told'));
    await until('the call to have succeeded', async () =>
      (await readLog(as('admin'))).some(
        ({ type, stream: { key } }) => type === 'EffectSucceeded' && key.startsWith(stream.key),
      ),
    );
    expect(problems).toEqual([]);
  });

  test('refuses a forged internal command; with the right to write there it would take effect', async () => {
    const { stream } = await shop.send(place('forged'));
    const message = forged(stream.key);
    await expect(put('checkout', names.internal, message)).rejects.toThrow(/Not authorized to access topics/);
    const paid = async () =>
      (await readLog(as('admin'))).filter(
        ({ type, stream: { key } }) => type === 'PaymentConfirmed' && key === stream.key,
      );
    expect(await paid()).toEqual([]);
    await put('decider', names.internal, message);
    await until('the forged payment', async () => (await paid()).length === 1);
  });

  test.each([
    ['a sender writes events', 'checkout', names.events],
    ['a reader sends commands', 'warehouse', names.commands],
    ['a reader writes events', 'warehouse', names.events],
  ] as const)('refuses that %s', async (_, user, topic) => {
    await expect(put(user, topic, { value: 'x' })).rejects.toThrow(/Not authorized to access topics/);
  });

  test('shows a sender nothing of the processors, whose place in the input it could move', async () => {
    const admin = clientOf('checkout').admin();
    await admin.connect();
    const moved = { groupId: `${PREFIX}-processors`, topic: names.commands };
    // Who has no right to the group is not told which broker leads it.
    await expect(admin.setOffsets({ ...moved, partitions: [{ partition: 0, offset: '0' }] })).rejects.toThrow(
      /coordinator/,
    );
    await admin.disconnect();
  });

  test('lets nobody in with a wrong password, or without trust in its authority', async () => {
    await expect(clientOf('checkout', 'wrong').admin().connect()).rejects.toThrow(/[Aa]uthentication/);
    const { ssl: _, ...cluster } = exampleOptions(as('checkout')).cluster;
    await expect(
      kafkaJs({ ...cluster, ssl: true })
        .admin()
        .connect(),
    ).rejects.toThrow(/self-signed certificate/);
  });

  (throughLibrdkafka.obstacle === undefined ? describe : describe.skip)('through librdkafka', () => {
    const through = (user: User, password?: string): DistributedOptions => {
      const { cluster, ...others } = exampleOptions(as(user, password));
      return { ...others, cluster: { ...cluster, client: 'librdkafka' } };
    };
    beforeAll(() => throughLibrdkafka.install(), 900_000);

    test('takes orders from a sender, decided by processors', async () => {
      const processors = await openProcessors(through('decider'));
      const { engine } = await openEngine({ ...through('checkout'), waitMs: WAIT_MS });
      closers.push(processors.stop, engine.stop);
      const placed = await engine.send(place('through-librdkafka'));
      expect(placed).toMatchObject({ outcome: 'accepted' });
      expect(await engine.send(pay(placed.stream.key))).toMatchObject({ outcome: 'accepted' });
    });

    test('refuses a forged internal command, and whoever has a wrong password', async () => {
      const producer = await kafkaClient(through('checkout').cluster).producer();
      const forgery = { ...forged('order-x'), partition: 0 };
      await expect(producer.send(names.internal, [forgery])).rejects.toThrow(/authorization/i);
      await producer.close();
      const wrong = kafkaClient(through('checkout', 'wrong').cluster);
      await expect(wrong.producer()).rejects.toThrow(/transport failure/);
    });
  });
});
