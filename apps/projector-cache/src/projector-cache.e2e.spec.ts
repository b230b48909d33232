// The process itself on real servers: orders go in through Kafka, Redis shows what Elasticsearch shows, over an emptied
// Redis, an orderly stop and a kill; and it says what it lacks.
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import {
  cacheGenerations,
  cachePlace,
  openEngine,
  openProcessors,
  partOf,
  searchPlace,
  untilDecided,
} from '@orderloom/distributed';
import { searchClient, searchReader } from '@orderloom/elasticsearch';
import { ensureTenant } from '@orderloom/embedded';
import { commandRequest, type Engine, type ViewGenerations, type ViewReader } from '@orderloom/engine';
import { applyTopics, kafkaJs } from '@orderloom/kafka';
import { connectRedis, redisCache, type Cache, type RedisConnection } from '@orderloom/redis';
import { openSchemaIds, publishSchemas } from '@orderloom/schema-registry';
import { fillingRegistry, obstacleTo, ownServer, sharedServer, type OwnServer } from '@orderloom/stack';
import { leftOut, mugOrder, mugPayment, until, viewGenerationsContract } from '@orderloom/testing';
import { describeSchema, publicSchemas, schemaHistory } from '@orderloom/wire';

const needed = ['kafka', 'schema-registry', 'elasticsearch', 'redis'] as const;
const obstacle = needed.map(obstacleTo).find((found) => found !== undefined);
if (obstacle !== undefined) leftOut('projector-cache on real servers', obstacle);
jest.setTimeout(180_000);

const APPS = join(import.meta.dirname, '../..');
const PARTITIONS = 2;
const WITHIN_MS = 90_000;

const children = new Set<ChildProcess>();

/** A program with these variables: what it said, and how it ended. */
const start = (app: string, env: Readonly<Record<string, string>>, ...args: readonly string[]) => {
  const program = join(APPS, app, 'dist/main.js');
  const child = spawn(process.execPath, [program, ...args], { env: { PORT: '0', ...env } });
  children.add(child);
  const said = { text: '' };
  child.stdout.on('data', (bytes: Buffer) => (said.text += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (said.text += bytes.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  void ended.then(() => children.delete(child));
  const url = (): string => /operations at (\S+)/.exec(said.text)?.[1] ?? '';
  return { child, said, ended, url };
};

describe('projector-cache without its servers', () => {
  test('names every variable that is missing, and ends with 78', async () => {
    const { ended, said } = start('projector-cache', {});
    expect(await ended).toBe(78);
    for (const name of ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL', 'ELASTICSEARCH_NODES', 'REDIS_URL'])
      expect(said.text).toContain(`ORDERLOOM_${name} must be set`);
  });
});

(obstacle === undefined ? describe : describe.skip)('projector-cache', () => {
  const prefix = `t-${randomUUID().slice(0, 8)}`;
  const parts = Array.from({ length: PARTITIONS }, (_, partition) => partOf(partition));
  const closing: (() => unknown)[] = [];
  let env: Record<string, string>;
  let engine: Engine;
  let source: ViewReader;
  let cache: Cache;
  let generations: ViewGenerations;
  let redis: RedisConnection;
  let server: OwnServer;
  let sold = 0;

  beforeAll(async () => {
    server = await ownServer('redis');
    closing.push(server.stop);
    const brokers = (await sharedServer('kafka')).urls;
    const url = (await sharedServer('schema-registry')).urls[0]!;
    const nodes = (await sharedServer('elasticsearch')).urls;
    await fillingRegistry(() => publishSchemas({ url, schemas: schemaHistory(), describe: describeSchema }));
    const schemaIds = await openSchemaIds({
      ...{ url, schemas: publicSchemas(), describe: describeSchema, patienceMs: 60_000 },
      onWait: () => undefined,
    });
    const cluster = { brokers, clientId: 'spec' };
    await applyTopics(kafkaJs(cluster), { partitions: PARTITIONS, prefix, durability: 'dev' });
    const shared = { cluster, schemaIds, partitions: PARTITIONS, prefix };
    const processors = await openProcessors(shared);
    closing.push(processors.stop);
    ({ engine } = await openEngine({ ...shared, processors, waitMs: 60_000 }));
    closing.push(engine.stop);
    await untilDecided(() => ensureTenant(engine, 'main'));
    const search = searchClient(nodes);
    closing.push(async () => {
      for (const index of Object.keys(await search.indices.get({ index: `${prefix}-*` })))
        await search.indices.delete({ index });
      await search.close();
    });
    source = searchReader({ ...searchPlace(prefix), client: search, parts, timeoutMs: 20_000 });
    redis = await connectRedis({ url: server.urls[0]!, answerWithinMs: 5_000 });
    closing.push(() => redis.disconnect());
    cache = redisCache({ redis, place: cachePlace(prefix), parts });
    generations = cacheGenerations({ ...shared, redis });
    env = {
      ORDERLOOM_KAFKA_BROKERS: brokers.join(','),
      ORDERLOOM_KAFKA_PREFIX: prefix,
      ORDERLOOM_SCHEMA_REGISTRY_URL: url,
      ORDERLOOM_ELASTICSEARCH_NODES: nodes.join(','),
      ORDERLOOM_REDIS_URL: server.urls[0]!,
    };
    start('projector-search', env);
  }, 900_000);
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    for (const close of closing.reverse()) await close();
  }, 120_000);

  const send = (key: string, type: string, commandId: string, data: object) =>
    engine.send(commandRequest({ stream: { tenant: 'main', type: 'order', key }, type, commandId, data }));
  const sell = async (count: number): Promise<void> => {
    for (const end = sold + count; sold < end; sold++) {
      const placed = await send('', 'PlaceOrder', `place-${sold}`, mugOrder(String(sold)));
      const payment = mugPayment(`p-${sold}`);
      if (sold % 2 === 0) await send(placed.stream.key, 'ConfirmPayment', `pay-${sold}`, payment);
    }
  };
  const listed = async (reader: Pick<ViewReader, 'list'>) =>
    (await reader.list('order', 'main/all:', null, 200).catch(() => ({ documents: [] }))).documents;
  /** Both show every order that was sold, and the same of each. */
  const showsAll = async (): Promise<void> => {
    const cached = {
      list: async (...asked: Parameters<Cache['list']>) => (await cache.list(...asked)).answer,
    };
    await until(
      'all to be listed',
      async () => (await listed(source)).length === sold && (await listed(cached)).length === sold,
      WITHIN_MS,
    );
    await until(
      'the cache to show the same',
      async () => {
        const [behind, shown] = [await listed(source), await listed(cached)];
        return JSON.stringify(shown) === JSON.stringify(behind);
      },
      WITHIN_MS,
    );
  };

  test('shows what the views behind it show, is ready and counts, and stops in order', async () => {
    const { child, ended, url } = start('projector-cache', env);
    await sell(10);
    await showsAll();
    expect((await fetch(`${url()}/readyz`)).status).toBe(200);
    const metrics = await (await fetch(`${url()}/metrics`)).text();
    expect(metrics).toMatch(/orderloom_projector_events_total\{partition="\d"\} [1-9]/);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  test('fills an emptied Redis again, and goes on after a kill', async () => {
    const first = start('projector-cache', env);
    await sell(4);
    await showsAll();
    await redis.flushall();
    await sell(4);
    await showsAll();
    first.child.kill('SIGKILL');
    await first.ended;
    await sell(4);
    const second = start('projector-cache', env);
    await showsAll();
    second.child.kill('SIGTERM');
    expect(await second.ended).toBe(0);
  });

  /** Everything that Redis keeps of a generation. */
  const keysOf = (generation: string): Promise<readonly string[]> => {
    const place = cachePlace(prefix);
    return redis.keys(`orderloom:{${place.prefix}/${place.folds}}:of:${generation}:*`);
  };

  viewGenerationsContract({
    name: 'Redis',
    create: async () => {
      let program = start('projector-cache', env);
      const shown = async () => (await cache.list('order', 'main/all:', null, 200)).answer.documents;
      return {
        generations: () => generations,
        sell: async (count) => {
          await sell(count);
          await showsAll();
        },
        shown,
        plant: async (generation) => {
          const [first] = (await keysOf(generation)).filter((key) => key.includes(':d:order/')).sort();
          await redis.hset(first!, 'b', '{"planted":true}');
        },
        kill: async () => {
          program.child.kill('SIGKILL');
          await program.ended;
          program = start('projector-cache', env);
        },
        kept: async (generation) => (await keysOf(generation)).length,
        dispose: async () => {
          program.child.kill('SIGTERM');
          expect(await program.ended).toBe(0);
        },
      };
    },
  });

  test('is read by an edge, and is rebuilt there by an operator, line by line', async () => {
    const data = mkdtempSync(join(tmpdir(), 'orderloom-cache-'));
    closing.push(() => rmSync(data, { recursive: true, force: true }));
    const profile = { ORDERLOOM_PROFILE: 'kafka', ORDERLOOM_KAFKA_PARTITIONS: String(PARTITIONS) };
    const { child } = start('projector-cache', env);
    const edge = start('command-service', { ...env, ...profile }, '--data', data, '--roles', 'http');
    const url = await until('the edge', () => /serves (http\S+)/.exec(edge.said.text)?.[1], WITHIN_MS);
    await showsAll();
    const key = (await listed(source))[0]!.id.split('/')[1]!;
    const order = async (): Promise<number> => (await fetch(`${url}/v1/orders/${key}`)).status;
    const reads = async (path: string): Promise<number> => {
      const metrics = await (await fetch(`${url}/metrics`)).text();
      return Number(new RegExp(`orderloom_cache_reads_total{path="${path}"} (\\d+)`).exec(metrics)?.[1]);
    };
    await until(
      'the cache to answer',
      async () => (await order()) === 200 && (await reads('hit')) > 0,
      WITHIN_MS,
    );
    await redis.flushall();
    expect(await order()).toBe(200);
    expect(await reads('detour')).toBeGreaterThan(0);
    // The projector finds out by its next window.
    await sell(2);
    await showsAll();
    const say = async (...words: readonly string[]): Promise<string> => {
      const line = start('cli', {}, 'projection', ...words, '--cache', '--json', '--url', url);
      expect([words, await line.ended]).toEqual([words, 0]);
      return line.said.text;
    };
    expect(await say('rebuild')).toContain('"result":"swapped"');
    expect(await say('list')).toMatch(/"state":"live".*"state":"kept"/);
    expect(await say('drop')).not.toContain('"state":"kept"');
    for (const program of [child, edge.child]) program.kill('SIGTERM');
    expect(await edge.ended).toBe(0);
  }, 300_000);
});
