// The process itself on real servers: what it keeps on disk is the log, byte for byte and in order, over an orderly stop
// and over kills in the middle of its work; what rests is kept as its final document; and it says what it lacks.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { readArchive } from '@orderloom/archive';
import type { RecordedEvent } from '@orderloom/decider';
import { openEngine, openProcessors, untilDecided } from '@orderloom/distributed';
import { ensureTenant } from '@orderloom/embedded';
import { commandRequest, type Engine, type StoredGroup } from '@orderloom/engine';
import { applyTopics, kafkaClient, kafkaEventSource, kafkaJs } from '@orderloom/kafka';
import { openSchemaIds, publishSchemas } from '@orderloom/schema-registry';
import { fillingRegistry, obstacleTo, sharedServer } from '@orderloom/stack';
import { leftOut, mugOrder, mugPayment, until } from '@orderloom/testing';
import { orderView, presentOrder, type OrderDocument } from '@orderloom/views';
import { describeSchema, publicSchemas, schemaHistory, wireCodec } from '@orderloom/wire';

const needed = ['kafka', 'schema-registry'] as const;
const obstacle = needed.map(obstacleTo).find((found) => found !== undefined);
if (obstacle !== undefined) leftOut('projector-archive on real servers', obstacle);
jest.setTimeout(180_000);

const PROGRAM = join(import.meta.dirname, '../dist/main.js');
const COMMAND_LINE = join(import.meta.dirname, '../../cli/dist/main.js');
const PARTITIONS = 2;
const WITHIN_MS = 90_000;

/** The program with these variables: what it said, and how it ended. */
const start = (env: Readonly<Record<string, string>>) => {
  const child: ChildProcess = spawn(process.execPath, [PROGRAM], { env: { PORT: '0', ...env } });
  const said = { text: '' };
  child.stdout?.on('data', (bytes: Buffer) => (said.text += bytes.toString()));
  child.stderr?.on('data', (bytes: Buffer) => (said.text += bytes.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const url = (): string => /operations at (\S+)/.exec(said.text)?.[1] ?? '';
  return { child, said, ended, url };
};

describe('projector-archive without its servers', () => {
  test('names every variable that is missing, and ends with 78', async () => {
    const { ended, said } = start({});
    expect(await ended).toBe(78);
    for (const name of ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL'])
      expect(said.text).toContain(`ORDERLOOM_${name} must be set`);
  });
});

(obstacle === undefined ? describe : describe.skip)('projector-archive', () => {
  const prefix = `t-${randomUUID().slice(0, 8)}`;
  const data = mkdtempSync(join(tmpdir(), 'orderloom-archive-'));
  const partitions = Array.from({ length: PARTITIONS }, (_, at) => at);
  const folderOf = (partition: number): string =>
    join(data, 'archive', prefix, `partition-${String(partition)}`);
  /** The log as another reader gets it, by partition. */
  const log = partitions.map((): StoredGroup[] => []);
  const logCodec = wireCodec();
  const closing: (() => unknown)[] = [() => rmSync(data, { recursive: true, force: true })];
  const children = new Set<ChildProcess>();
  let env: Record<string, string>;
  let engine: Engine;
  let sold = 0;

  beforeAll(async () => {
    const brokers = (await sharedServer('kafka')).urls;
    const url = (await sharedServer('schema-registry')).urls[0]!;
    const described = { url, describe: describeSchema, patienceMs: 60_000, onWait: () => undefined };
    await fillingRegistry(() => publishSchemas({ url, schemas: schemaHistory(), describe: describeSchema }));
    const schemaIds = await openSchemaIds({ ...described, schemas: publicSchemas() });
    const cluster = { brokers, clientId: 'spec' };
    const kafka = kafkaClient(cluster);
    await applyTopics(kafkaJs(cluster), { partitions: PARTITIONS, prefix, durability: 'dev' });
    const shared = { cluster, schemaIds, partitions: PARTITIONS, prefix };
    const processors = await openProcessors(shared);
    closing.push(processors.stop);
    ({ engine } = await openEngine({ ...shared, processors, waitMs: 60_000 }));
    closing.push(engine.stop);
    await untilDecided(() => ensureTenant(engine, 'main'));
    const groupId = `${prefix}-reference`;
    const reference = await kafkaEventSource({ kafka, codec: logCodec, schemaIds, groupId, prefix });
    const following = reference.run(async ({ partition, read }, signal) => {
      for await (const groups of read(0, signal)) log[partition]!.push(...groups);
    });
    closing.push(() => reference.stop().then(() => following));
    env = {
      ORDERLOOM_KAFKA_BROKERS: brokers.join(','),
      ORDERLOOM_KAFKA_PREFIX: prefix,
      ORDERLOOM_SCHEMA_REGISTRY_URL: url,
      ORDERLOOM_DATA: data,
    };
  }, 900_000);
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    for (const close of closing.reverse()) await close();
  }, 120_000);

  const run = () => {
    const started = start(env);
    children.add(started.child);
    void started.ended.then(() => children.delete(started.child));
    return started;
  };
  const send = async (key: string, type: string, commandId: string, payload: object) => {
    const stream = { tenant: 'main', type: 'order', key };
    const answer = await engine.send(commandRequest({ stream, type, commandId, data: payload }));
    expect(answer.outcome).toBe('accepted');
    return answer.stream.key;
  };
  /** Orders that are placed, paid and shipped. */
  const sell = (count: number): Promise<readonly string[]> => {
    const from = sold;
    sold += count;
    return Promise.all(
      Array.from({ length: count }, async (_, nth) => {
        const at = String(from + nth);
        const key = await send('', 'PlaceOrder', `place-${at}`, mugOrder(at));
        const payment = mugPayment(`p-${at}`);
        await send(key, 'ConfirmPayment', `pay-${at}`, payment);
        const lines = [{ lineId: '1', quantity: 1 }];
        return send(key, 'ShipLines', `ship-${at}`, { parcelId: `parcel-${at}`, lines });
      }),
    );
  };
  const deliver = (key: string): Promise<string> => {
    const shipped = logged().find(({ stream, type }) => stream.key === key && type === 'LinesShipped');
    const { parcelId } = shipped!.data as { readonly parcelId: string };
    return send(key, 'ConfirmDelivery', `deliver-${key}`, { parcelId });
  };
  const eventsOf = (codec: ReturnType<typeof wireCodec>, groups: Iterable<StoredGroup>): RecordedEvent[] => {
    const events: RecordedEvent[] = [];
    for (const { frames } of groups) {
      const bytes = Buffer.from(frames);
      for (let at = 0; at < bytes.length;) {
        const { event, end } = codec.readFrame(bytes, at);
        events.push(event);
        at = end;
      }
    }
    return events;
  };
  const logged = (): readonly RecordedEvent[] => log.flatMap((groups) => eventsOf(logCodec, groups));
  const archiveOf = (partition: number) => {
    const codec = wireCodec();
    return { codec, reader: readArchive(folderOf(partition), codec) };
  };
  const countOf = (groups: readonly StoredGroup[]): number =>
    groups.reduce((sum, { count }) => sum + count, 0);
  const isReady = async ({ url }: ReturnType<typeof run>): Promise<boolean> =>
    url() !== '' && (await fetch(`${url()}/readyz`)).status === 200;
  /** Windows that a process has written. */
  const windowsOf = async ({ url }: ReturnType<typeof run>): Promise<number> => {
    const metrics = url() === '' ? '' : await (await fetch(`${url()}/metrics`)).text();
    return [...metrics.matchAll(/orderloom_projector_windows_total\{.*\} (\d+)/g)].length;
  };
  const headOf = (partition: number): number => {
    try {
      return archiveOf(partition).reader.head();
    } catch {
      // It has not begun yet.
      return 0;
    }
  };
  const heads = (): number => partitions.reduce((sum, partition) => sum + headOf(partition), 0);
  /** Until the other reader has seen every order shipped. */
  const untilLogged = () =>
    until(
      'all to be shipped',
      () => logged().filter(({ type }) => type === 'LinesShipped').length === sold,
      WITHIN_MS,
    );
  const untilArchived = async (): Promise<void> => {
    await untilLogged();
    const isArchived = (partition: number) => headOf(partition) >= countOf(log[partition]!);
    await until('all to be archived', () => partitions.every(isArchived), WITHIN_MS);
  };
  /** What is on disk, against what another reader of the topic has seen: groups, events, order, nothing else. */
  const equalsLog = async (): Promise<void> => {
    const shape = (groups: readonly StoredGroup[]) => groups.map(({ first, count }) => [first, count]);
    for (const partition of partitions) {
      // What parcels and stock are told may still come, and one of the two hears of it first.
      const { codec, kept, seen } = await until(
        'both to have read as far',
        () => {
          const seen = [...log[partition]!];
          if (headOf(partition) !== countOf(seen)) return undefined;
          const { codec, reader } = archiveOf(partition);
          const kept = [...reader.read(0)];
          return countOf(kept) === countOf(seen) && { codec, kept, seen };
        },
        WITHIN_MS,
      );
      expect(shape(kept)).toEqual(shape(seen));
      expect(eventsOf(codec, kept)).toEqual(eventsOf(logCodec, seen));
    }
  };
  const found = (key: string) =>
    partitions.flatMap((partition) => archiveOf(partition).reader.find(`main/order/${key}`));
  const folded = (key: string): unknown => {
    const global = engine.globalOf('main') as Parameters<typeof orderView.fold>[2];
    const events = logged().filter(({ stream }) => stream.type === 'order' && stream.key === key);
    const document = events.reduce<OrderDocument | undefined>(
      (before, event) => orderView.fold(before, event, global),
      undefined,
    );
    return JSON.parse(JSON.stringify(document));
  };

  test('keeps the log, and each order that closed as the fold of its events; is ready, counts, stops in order', async () => {
    const { child, ended, url } = run();
    const orders = await sell(6);
    await untilArchived();
    for (const key of orders.slice(0, 3)) await deliver(key);
    await until(
      'the first orders to be archived',
      () => orders.slice(0, 3).every((key) => found(key).length === 1),
      WITHIN_MS,
    );
    await untilArchived();
    await equalsLog();
    for (const key of orders.slice(0, 3)) expect(found(key)[0]?.document).toEqual(folded(key));
    for (const key of orders.slice(3)) expect(found(key)).toEqual([]);
    expect((await fetch(`${url()}/readyz`)).status).toBe(200);
    const metrics = await (await fetch(`${url()}/metrics`)).text();
    expect(metrics).toMatch(/orderloom_projector_events_total\{partition="\d"\} [1-9]/);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  test('goes on without a gap and without a repeat where it was killed in the middle of its work', async () => {
    const first = run();
    await until('it to be ready', () => isReady(first), WITHIN_MS);
    const before = heads();
    let isKilled = false;
    // There is work for it at any time, and some is left.
    const sellOn = async (): Promise<void> => {
      while (!isKilled) await sell(30);
      await sell(30);
    };
    const selling = sellOn();
    await until('it to go on', () => heads() > before, WITHIN_MS);
    first.child.kill('SIGKILL');
    await first.ended;
    isKilled = true;
    await selling;
    await untilLogged();
    expect(heads()).toBeLessThan(countOf(log.flat()));
    const second = run();
    await untilArchived();
    await equalsLog();
    second.child.kill('SIGTERM');
    expect(await second.ended).toBe(0);
  });

  test('leaves a partition alone that another process has locked, and takes it when that is gone', async () => {
    const first = run();
    await until('it to be ready', () => isReady(first), WITHIN_MS);
    const second = run();
    await until(
      'both to have a share',
      async () => {
        await sell(5);
        return (await windowsOf(first)) > 0 && (await windowsOf(second)) > 0;
      },
      WITHIN_MS,
    );
    first.child.kill('SIGSTOP');
    // The group gives its partition to the second one, which finds the lock.
    await until('the second to be refused', () => /folder-in-use/.test(second.said.text), WITHIN_MS);
    first.child.kill('SIGKILL');
    await first.ended;
    await sell(10);
    await untilArchived();
    await equalsLog();
    second.child.kill('SIGTERM');
    expect(await second.ended).toBe(0);
  });

  test('is read by the command line, which is told of no server', () => {
    const ask = (...args: readonly string[]) => {
      const asked = ['archive', ...args, '--data', data, '--prefix', prefix, '--json'];
      return JSON.parse(spawnSync(process.execPath, [COMMAND_LINE, ...asked], { env: {} }).stdout.toString());
    };
    const events = countOf(log.flat());
    expect(ask('verify')).toMatchObject({ events, orders: sold, violations: [] });
    const closed = logged().find(({ type }) => type === 'LinesDelivered')!.stream.key;
    const { archive, ...order } = ask('show', closed);
    const document = folded(closed) as OrderDocument;
    const { version } = found(closed)[0]!;
    expect(order).toEqual(JSON.parse(JSON.stringify(presentOrder({ id: closed, version, document }))));
    expect(archive).toMatchObject({ laterEvents: 0 });
  });
});
