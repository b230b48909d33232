import { setTimeout as sleep } from 'node:timers/promises';
import { cachePlace, openEngine, openProcessors, partOf, searchPlace } from '@orderloom/distributed';
import { searchClient, searchReader } from '@orderloom/elasticsearch';
import type { Engine } from '@orderloom/engine';
import { connectRedis, redisCache } from '@orderloom/redis';
import { openSchemaIds, publishSchemas } from '@orderloom/schema-registry';
import { fillingRegistry, sharedServer } from '@orderloom/stack';
import { describeSchema, publicSchemas, schemaHistory } from '@orderloom/wire';
import { TENANT } from '../embedded-lifecycle/prepared-tenant.ts';
import type { Contender, Measurement, Place, Size } from '../harness/bench.ts';
import { ownProgram } from '../harness/own-program.ts';
import { quantile } from '../harness/statistics.ts';
import { freshShop, PARTITIONS, prepared, stockUp } from '../kafka-lifecycle/shop.ts';
import { stepOf } from '../load/workload.ts';
import { showTimes, type ShowTimes } from './show-times.ts';

/** A placement with two lines in stock is nine events or so. */
const ORDERS_A_SECOND = 60;
const SECONDS: Readonly<Record<Size, number>> = { ci: 3, full: 60 };
const WARM_UP_SECONDS: Readonly<Record<Size, number>> = { ci: 2, full: 15 };
const REGISTRY_PATIENCE_MS = 60_000;
const ANSWER_WITHIN_MS = 10_000;
/** A page: more than are placed while Elasticsearch makes one refresh. */
const NEWEST = 200;

const idOf = (orderId: string): string => `${TENANT}/${orderId}`;

const serversOf = async (): Promise<Record<'kafka' | 'registry' | 'search' | 'redis', string>> => {
  const [kafka, registry, search, redis] = await Promise.all(
    (['kafka', 'schema-registry', 'elasticsearch', 'redis'] as const).map(async (name) =>
      (await sharedServer(name)).urls.join(','),
    ),
  );
  return { kafka: kafka ?? '', registry: registry ?? '', search: search ?? '', redis: redis ?? '' };
};

/** Places orders by the clock; each is told of when its answer, and so its append, is there. */
const place = async (
  engine: Engine,
  { first, seconds, tell }: { first: number; seconds: number; tell: readonly ShowTimes[] },
): Promise<void> => {
  const started = performance.now();
  const underWay: Promise<void>[] = [];
  const one = async (order: number): Promise<void> => {
    const { commandId, content } = stepOf(order, 'place');
    const { outcome, stream } = await engine.send(
      prepared({ tenant: TENANT, type: 'order', key: '' }, 'PlaceOrder', commandId, content),
    );
    if (outcome !== 'accepted') throw new Error(`${commandId} was answered ${outcome}`);
    for (const times of tell) times.appended(idOf(stream.key));
  };
  for (let n = 0; n < ORDERS_A_SECOND * seconds; n++) {
    while (performance.now() < started + (n * 1000) / ORDERS_A_SECOND) await sleep(1);
    underWay.push(one(first + n));
  }
  await Promise.all(underWay);
};

const figuresOf = (where: string, took: readonly number[]): Measurement => ({
  [`${where} p50`]: quantile(took, 0.5),
  [`${where} p99`]: quantile(took, 0.99),
});

const measure = async ({ size }: Place): Promise<Measurement> => {
  const servers = await serversOf();
  await fillingRegistry(() =>
    publishSchemas({ url: servers.registry, schemas: schemaHistory(), describe: describeSchema }),
  );
  const schemaIds = await openSchemaIds({
    ...{ url: servers.registry, schemas: publicSchemas(), describe: describeSchema },
    ...{ patienceMs: REGISTRY_PATIENCE_MS, onWait: () => undefined },
  });
  const shop = { ...(await freshShop(servers.kafka.split(','))), schemaIds };
  const settings = {
    ORDERLOOM_KAFKA_BROKERS: servers.kafka,
    ORDERLOOM_KAFKA_PARTITIONS: String(PARTITIONS),
    ORDERLOOM_KAFKA_PREFIX: shop.prefix,
    ORDERLOOM_SCHEMA_REGISTRY_URL: servers.registry,
    ORDERLOOM_ELASTICSEARCH_NODES: servers.search,
    ORDERLOOM_REDIS_URL: servers.redis,
  };
  const processors = await openProcessors(shop);
  await stockUp(shop);
  const { engine } = await openEngine({ ...shop, waitMs: REGISTRY_PATIENCE_MS });
  const parts = Array.from({ length: PARTITIONS }, (_, partition) => partOf(partition));
  const client = searchClient(servers.search.split(','));
  const search = searchReader({ ...searchPlace(shop.prefix), client, parts });
  const redis = await connectRedis({ url: servers.redis, answerWithinMs: ANSWER_WITHIN_MS });
  const cache = redisCache({ redis, place: cachePlace(shop.prefix), parts });
  const projectors = (['projector-search', 'projector-cache'] as const).map((app) => {
    const program = ownProgram(app, [], { PORT: '0', ...settings });
    // What it says is nobody's concern; unread it would hold it up.
    program.child.stdout.resume();
    return program;
  });

  /** The newest orders, page by page, down to the oldest that waits: order ids grow with time. */
  const newest = async (waiting: readonly string[]): Promise<Iterable<string>> => {
    const oldest = waiting.reduce((least, id) => (id < least ? id : least));
    const shown: string[] = [];
    for (let before: string | null = null; ;) {
      const { documents, next } = await search.list('order', `${TENANT}/all:`, before, NEWEST);
      shown.push(...documents.map(({ id }) => id));
      if (next === null || (documents.at(-1)?.id ?? '') < oldest) return shown;
      before = next;
    }
  };
  const cached = async (waiting: readonly string[]): Promise<Iterable<string>> => {
    const shown = await Promise.all(
      waiting.map(async (id) => ((await cache.get('order', id)).answer === undefined ? [] : [id])),
    );
    return shown.flat();
  };
  const watch = (patienceMs: number): readonly [ShowTimes, ShowTimes] => [
    showTimes((waiting) => newest(waiting).catch(() => []), { everyMs: 50, patienceMs }),
    showTimes((waiting) => cached(waiting).catch(() => []), { everyMs: 5, patienceMs }),
  ];
  // The projectors start meanwhile, and fill their stores.
  const warmUp = watch(60_000);
  await place(engine, { first: 0, seconds: WARM_UP_SECONDS[size], tell: warmUp });
  await Promise.all(warmUp.map((times) => times.all()));
  const [toSearch, toCache] = watch(30_000);
  const first = ORDERS_A_SECOND * WARM_UP_SECONDS[size];
  await place(engine, { first, seconds: SECONDS[size], tell: [toSearch, toCache] });
  const figures = {
    ...figuresOf('to search', await toSearch.all()),
    ...figuresOf('to cache', await toCache.all()),
  };
  await Promise.all(projectors.map(({ stop }) => stop()));
  await engine.stop();
  await processors.stop();
  redis.disconnect();
  await client.close();
  return figures;
};

export const contenders: readonly Contender[] = [
  {
    name: 'orderloom',
    ours: true,
    about:
      'processors and edge in one process, projector-search and projector-cache in one each, one node of each server',
    measure,
  },
];
