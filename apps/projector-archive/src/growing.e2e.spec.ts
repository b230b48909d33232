// Topics grow and shrink back while the archiver runs and is killed: what it keeps on disk is the log of all generations,
// and an order whose slot has moved is read back whole, with nothing else running.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual, promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { archiveHead } from '@orderloom/archive';
import { openEngine, openProcessors, untilDecided } from '@orderloom/distributed';
import { ensureTenant } from '@orderloom/embedded';
import { commandRequest, eventsIn, type Engine } from '@orderloom/engine';
import {
  applyTopics,
  committedLog,
  generationsState,
  growTopics,
  kafkaClient,
  kafkaJs,
  switchSlots,
} from '@orderloom/kafka';
import { openSchemaIds, publishSchemas } from '@orderloom/schema-registry';
import { fillingRegistry, obstacleTo, sharedServer } from '@orderloom/stack';
import { leftOut, mugOrder, mugPayment, until } from '@orderloom/testing';
import { orderView, presentOrder, type OrderDocument } from '@orderloom/views';
import { describeSchema, publicSchemas, schemaHistory, wireCodec } from '@orderloom/wire';

const obstacle = (['kafka', 'schema-registry'] as const).map(obstacleTo).find((found) => found !== undefined);
if (obstacle !== undefined) leftOut('an archive of topics that grow', obstacle);
jest.setTimeout(600_000);

const PROGRAM = join(import.meta.dirname, '../dist/main.js');
const COMMAND_LINE = join(import.meta.dirname, '../../cli/dist/main.js');
const [PARTITIONS, GROWN] = [2, 4];
const WITHIN_MS = 120_000;

(obstacle === undefined ? describe : describe.skip)('the archive of topics that grow', () => {
  const prefix = `t-${randomUUID().slice(0, 8)}`;
  const data = mkdtempSync(join(tmpdir(), 'orderloom-archive-growing-'));
  const folder = join(data, 'archive', prefix);
  const children = new Set<ChildProcess>();
  const closing: (() => unknown)[] = [() => rmSync(data, { recursive: true, force: true })];
  let place: { readonly kafka: ReturnType<typeof kafkaClient>; readonly prefix: string };
  let js: ReturnType<typeof kafkaJs>;
  let schemaIds: Awaited<ReturnType<typeof openSchemaIds>>;
  let engine: Engine;
  let [brokers, url] = ['', ''];
  let placed = 0;

  beforeAll(async () => {
    const urls = (await sharedServer('kafka')).urls;
    [brokers, url] = [urls.join(','), (await sharedServer('schema-registry')).urls[0]!];
    const described = { url, describe: describeSchema, patienceMs: 60_000, onWait: () => undefined };
    await fillingRegistry(() => publishSchemas({ url, schemas: schemaHistory(), describe: describeSchema }));
    schemaIds = await openSchemaIds({ ...described, schemas: publicSchemas() });
    const cluster = { brokers: urls, clientId: 'spec' };
    [place, js] = [{ kafka: kafkaClient(cluster), prefix }, kafkaJs(cluster)];
    await applyTopics(js, { partitions: PARTITIONS, prefix, durability: 'dev' });
    const shared = { cluster, schemaIds, partitions: PARTITIONS, prefix };
    const processors = await openProcessors(shared);
    closing.unshift(() => processors.stop());
    ({ engine } = await openEngine({ ...shared, processors, waitMs: 60_000 }));
    closing.unshift(() => engine.stop());
    closing.unshift(() => [...children].map((child) => child.kill('SIGKILL')));
    await untilDecided(() => ensureTenant(engine, 'main'));
  }, 900_000);
  afterAll(async () => {
    for (const close of closing) await close();
  }, 120_000);

  const run = () => {
    const env = {
      ...{ PORT: '0', ORDERLOOM_DATA: data, ORDERLOOM_KAFKA_PREFIX: prefix },
      ...{ ORDERLOOM_KAFKA_BROKERS: brokers, ORDERLOOM_SCHEMA_REGISTRY_URL: url },
    };
    const child = spawn(process.execPath, [PROGRAM], { env, stdio: ['ignore', 'inherit', 'inherit'] });
    children.add(child);
    const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
    void ended.then(() => children.delete(child));
    return {
      end: (signal: 'SIGKILL' | 'SIGTERM') => {
        child.kill(signal);
        return ended;
      },
    };
  };
  const send = async (key: string, type: string, commandId: string, payload: object): Promise<string> => {
    const stream = { tenant: 'main', type: 'order', key };
    const answer = await engine.send(commandRequest({ stream, type, commandId, data: payload }));
    expect(answer.outcome).toBe('accepted');
    return answer.stream.key;
  };
  /** Orders that are paid and shipped. */
  const sell = (count: number): Promise<readonly string[]> =>
    Promise.all(
      Array.from({ length: count }, async () => {
        const at = String(placed++);
        const key = await send('', 'PlaceOrder', `place-${at}`, mugOrder(at));
        const payment = mugPayment(`p-${at}`);
        await send(key, 'ConfirmPayment', `pay-${at}`, payment);
        const lines = [{ lineId: '1', quantity: 1 }];
        return send(key, 'ShipLines', `ship-${at}`, { parcelId: `parcel-${at}`, lines });
      }),
    );
  /** The log as `verify` reads it. */
  const logged = async () => {
    const codec = wireCodec();
    const log = await committedLog({ ...place, codec, schemaIds });
    const events = [];
    for await (const { frames } of log.groups) events.push(...eventsIn(codec, [frames]));
    await log.close();
    return events;
  };
  const deliver = async (keys: readonly string[]): Promise<void> => {
    const events = await logged();
    for (const key of keys) {
      const shipped = events.find(({ stream, type }) => stream.key === key && type === 'LinesShipped');
      const { parcelId } = shipped!.data as { readonly parcelId: string };
      await send(key, 'ConfirmDelivery', `deliver-${key}`, { parcelId });
    }
  };
  const moveTo = async (generation: number): Promise<void> => {
    await switchSlots(place, generation);
    await until(
      'the slots to be there',
      async () => (await generationsState(place)).slots[generation - 1] === 1024,
      WITHIN_MS,
    );
  };
  const kept = (): number => {
    try {
      return readdirSync(folder).reduce((sum, name) => sum + archiveHead(join(folder, name)), 0);
    } catch {
      // It has not begun yet.
      return 0;
    }
  };
  const untilArchived = async (): Promise<void> => {
    // What parcels and stock are told is still on its way.
    for (let count = -1; count !== kept();) {
      count = (await logged()).length;
      await until('all to be kept', () => kept() >= count, WITHIN_MS);
    }
  };
  /** Processors work in this process: nothing may block it. */
  const ask = async (...args: readonly string[]): Promise<Readonly<Record<string, unknown>>> => {
    const asked = [COMMAND_LINE, ...args, '--prefix', prefix, '--json'];
    const { stdout } = await promisify(execFile)(process.execPath, asked, { env: {} });
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  const equalsLog = async (): Promise<void> => {
    // What parcels and stock are told may still come between one question and the other.
    const verdict = await until(
      'the archive to be verified as the log is',
      async () => {
        const archived = await ask('archive', 'verify', '--data', data);
        return (
          isDeepStrictEqual(archived, await ask('verify', '--brokers', brokers, '--registry', url)) &&
          archived
        );
      },
      WITHIN_MS,
    );
    expect(verdict).toMatchObject({ orders: placed, violations: [] });
  };
  const isShownWhole = async (key: string): Promise<void> => {
    const events = (await logged()).filter(({ stream }) => stream.type === 'order' && stream.key === key);
    const global = engine.globalOf('main') as Parameters<typeof orderView.fold>[2];
    const document = events.reduce<OrderDocument | undefined>(
      (before, event) => orderView.fold(before, event, global),
      undefined,
    );
    const { archive, ...order } = await ask('archive', 'show', key, '--data', data);
    const shown = presentOrder({ id: key, version: events.length, document: document! });
    expect(order).toEqual(JSON.parse(JSON.stringify(shown)));
    expect(archive).toMatchObject({ laterEvents: 0 });
  };

  test('equals the log over a growth and the way back, and has each order whole that closed on the way', async () => {
    const first = run();
    const early = await sell(6);
    await until('something to be kept', () => kept() > 0, WITHIN_MS);
    await growTopics(place, { js, partitions: GROWN, durability: 'dev' });
    const selling = sell(30);
    await moveTo(2);
    await first.end('SIGKILL');
    await selling;
    await deliver(early.slice(0, 3));
    const second = run();
    await untilArchived();
    await equalsLog();
    for (const key of early.slice(0, 3)) await isShownWhole(key);

    const late = await sell(6);
    await moveTo(1);
    await deliver([...early.slice(3), ...late]);
    await second.end('SIGKILL');
    await sell(6);
    const third = run();
    await untilArchived();
    await equalsLog();
    for (const key of [...early, ...late]) await isShownWhole(key);
    expect(readdirSync(folder)).toHaveLength(PARTITIONS + GROWN);
    expect(await third.end('SIGTERM')).toBe(0);
  });
});
