// No library of Orderloom is needed. Here kcat, with librdkafka's default partitioner, writes commands: CRC32 of a key of
// its own puts most of them where their owner does not read. A producer that knows the slot drives the same orders to
// the same end. And kcat reads the events: by their CloudEvents headers, and with the registry's schema.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { openEngine, openProcessors, type DistributedOptions, untilDecided } from '@orderloom/distributed';
import { ensureTenant } from '@orderloom/embedded';
import { commandRequest, type CommandRequest } from '@orderloom/engine';
import { commandWriter, topicNames, type KafkaProcessors } from '@orderloom/kafka';
import { openSchemaIds, publishSchemas } from '@orderloom/schema-registry';
import { debianObstacle, fillingRegistry, obstacleTo, sharedServer } from '@orderloom/stack';
import { leftOut, type LogEvent } from '@orderloom/testing';
import { describeSchema, publicSchemas, schemaHistory, wireCommands } from '@orderloom/wire';
import { size } from '../promises/size.ts';
import { until } from '../promises/until.ts';
import { headersSeen, kcatAt, recordsSeen, type Kcat } from './kcat.ts';
import { exampleOptions, type ProgramOptions } from './options.ts';
import { readLog } from './read-log.ts';
import { freshTopics, pay, place } from './shop.ts';

const obstacle = obstacleTo('kafka') ?? obstacleTo('schema-registry') ?? debianObstacle('kcat');
if (obstacle !== undefined) leftOut('kcat as producer and consumer', obstacle);
const here = obstacle === undefined ? describe : describe.skip;
jest.setTimeout(size(180_000, 900_000));

const PARTITIONS = 4;
const ORDERS = size(12, 1_000);
const AT_ONCE = 4;
const WAIT_MS = 30_000;
const CLOUD_EVENTS = 'ce_specversion=1.0 ce_id= ce_source= ce_subject= ce_time= tenant=main'.split(' ');

const ship = (orderId: string): CommandRequest =>
  commandRequest({
    stream: { tenant: 'main', type: 'order', key: orderId },
    type: 'ShipLines',
    data: { parcelId: 'parcel-1', lines: [{ lineId: '1', quantity: 1 }] },
    commandId: `ship-${orderId}`,
  });

/** A few at once, in order. */
const inTurn = async <T>(items: readonly T[], handle: (item: T) => Promise<unknown>): Promise<void> => {
  const rest = [...items];
  const work = async (): Promise<void> => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await handle(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
};

here('orders of strangers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'orderloom-kcat-'));
  const closers: (() => Promise<unknown>)[] = [];
  let brokers: readonly string[] = [];
  let registry = '';
  let schemaIds: DistributedOptions['schemaIds'];
  let kcat: Kcat;

  beforeAll(async () => {
    brokers = (await sharedServer('kafka')).urls;
    kcat = await kcatAt(brokers);
    [registry = ''] = (await sharedServer('schema-registry')).urls;
    await fillingRegistry(() =>
      publishSchemas({ url: registry, schemas: schemaHistory(), describe: describeSchema }),
    );
    schemaIds = await openSchemaIds({
      ...{ url: registry, schemas: publicSchemas(), describe: describeSchema },
      ...{ patienceMs: WAIT_MS, onWait: () => undefined },
    });
  }, 1_200_000);
  afterAll(async () => {
    for (const close of closers.reverse()) await close();
    rmSync(folder, { recursive: true, force: true });
  });

  const openPlace = async () => {
    const topics = await freshTopics(brokers, PARTITIONS);
    const options: DistributedOptions = { ...exampleOptions(topics), schemaIds };
    const processors = await openProcessors(options);
    closers.push(processors.stop);
    const { engine } = await openEngine({ ...options, waitMs: WAIT_MS });
    closers.push(engine.stop);
    await untilDecided(() => ensureTenant(engine, 'main'));
    return { topics, processors, engine, log: () => readLog(topics, schemaIds) };
  };

  /** Sends with kcat: the command's own id is the key, the partitioner librdkafka's. */
  const byKcat = (topics: ProgramOptions) => {
    const write = commandWriter(wireCommands(), schemaIds);
    return async (request: CommandRequest): Promise<void> => {
      const { value, headers } = write(request);
      const file = join(folder, request.commandId);
      writeFileSync(file, value as Buffer);
      const said = Object.entries(headers ?? {}).flatMap(([name, text]) => ['-H', `${name}=${String(text)}`]);
      const topic = topicNames(topics.prefix).commands;
      await kcat('-P', '-t', topic, '-k', request.commandId, ...said, file);
    };
  };

  /** Places, pays and ships all orders; gives what became of each, by its buyer. */
  const drive = async (
    send: (request: CommandRequest) => Promise<unknown>,
    log: () => Promise<readonly LogEvent[]>,
  ): Promise<Readonly<Record<string, readonly string[]>>> => {
    const of = async (type: string): Promise<readonly LogEvent[]> =>
      until(`${String(ORDERS)} times ${type}`, async () => {
        const found = (await log()).filter((event) => event.type === type);
        return found.length >= ORDERS && found;
      });
    const names = Array.from({ length: ORDERS }, (_, n) => `n-${String(n)}`);
    await inTurn(names, (name) => send(place(name)));
    const placed = await of('OrderPlaced');
    await inTurn(placed, ({ stream }) => send(pay(stream.key)));
    await of('PaymentConfirmed');
    await inTurn(placed, ({ stream }) => send(ship(stream.key)));
    await of('LinesShipped');
    const events = await log();
    return Object.fromEntries(
      placed.map(({ commandId, stream: { key } }) => {
        const life = events.filter(({ stream }) => stream.key === key);
        return [commandId, life.map(({ type, version }) => `${String(version)} ${type}`)];
      }),
    );
  };
  const forwarded = ({ owners }: KafkaProcessors): number =>
    owners.reduce((sum, owner) => sum + owner.forwarded, 0);

  test('come to the same end from any partitioner, each effect once; kcat reads what became of them', async () => {
    const knowing = await openPlace();
    const sent = await drive((request) => knowing.engine.send(request), knowing.log);
    expect(forwarded(knowing.processors)).toBe(0);
    expect(Object.keys(sent)).toHaveLength(ORDERS);

    const strange = await openPlace();
    const before = forwarded(strange.processors);
    expect(await drive(byKcat(strange.topics), strange.log)).toEqual(sent);
    expect(forwarded(strange.processors) - before).toBeGreaterThan(ORDERS);

    const topic = topicNames(strange.topics.prefix).events;
    const placements = (await headersSeen(kcat, topic)).filter((line) =>
      line.includes('ce_type=orderloom.order.placed.v1'),
    );
    expect(placements).toHaveLength(ORDERS);
    for (const name of CLOUD_EVENTS) expect(placements[0]).toContain(name);
    const records = await recordsSeen(kcat, topic, registry);
    const payments = records.filter(({ name }) => name.endsWith('PaymentConfirmed'));
    expect(payments).toHaveLength(ORDERS);
    expect(payments[0]?.data).toMatchObject({ amount: 1_250, currency: 'EUR', provider: 'bank' });
  });
});
