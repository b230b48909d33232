import { httpHooks, isSignedNow, paymentCallbacks } from '@orderloom/effects';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  cacheGenerations,
  eventTail,
  groupMembers,
  openEngine,
  openProcessors,
  parkedGroups,
  searchedViews,
  sendingBehindKeys,
  untilDecided,
} from '@orderloom/distributed';
import { searchClient } from '@orderloom/elasticsearch';
import type { PublishedLifecycle } from '@orderloom/domain';
import { askingHooks, ensureTenant } from '@orderloom/embedded';
import type { HttpServer } from '@orderloom/http';
import type { Config, Logger } from '@orderloom/runtime';
import { connectRedis } from '@orderloom/redis';
import { openSchemaIds } from '@orderloom/schema-registry';
import { openKeyStore, snapshotFile } from '@orderloom/sqlite';
import { exchangeSealer, ownSchemas } from '@orderloom/wire';
import { cachedDocuments } from './cached-documents.ts';
import { httpEdge } from './http-edge.ts';
import { noticedAlarms } from './noticed-alarms.ts';
import type { Role } from './serve-options.ts';

/** How long a request waits for its command's answer, ms; then it is told that the command is pending. */
const ANSWER_WITHIN_MS = 5_000;

/** What happened, without what it happened to. */
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : 'unknown');

/** What one process of the profile is told. */
type KafkaProcess = {
  readonly config: Config;
  readonly roles: ReadonlySet<Role>;
  /** What tenants get published. */
  readonly lifecycles: readonly PublishedLifecycle[];
};

/**
 * The Kafka profile: an HTTP edge, partition processors, or both; any number of such processes make one engine.
 * This page is the wiring diagram of the process; nothing is wired anywhere else.
 */
export const composeKafka = async (
  { config, roles, lifecycles }: KafkaProcess,
  log: Logger,
): Promise<{ readonly server: HttpServer | undefined; readonly stop: () => Promise<void> }> => {
  const shared = {
    cluster: { ...config.kafkaAccess, brokers: config.kafkaBrokers, clientId: 'orderloom' },
    schemaIds: await openSchemaIds({
      url: config.schemaRegistryUrl ?? '',
      ...ownSchemas(),
      onWait: (reason) => {
        log.warn({}, reason);
      },
    }),
    partitions: config.kafkaPartitions,
    prefix: config.kafkaPrefix,
    lifecycle: config.lifecycle,
    lifecycles,
    onProblem: (error: unknown) => {
      log.warn({}, messageOf(error));
    },
  };
  // What projector-archive keeps, where it writes to the same disk; without it a partition is read from its first event.
  const snapshotOf = (partition: number) =>
    snapshotFile(join(config.data, 'archive', config.kafkaPrefix, `partition-${partition}`)).load();
  const alarms = noticedAlarms(log);
  const { onAlarm } = alarms;
  const processors = roles.has('commands')
    ? await openProcessors({ ...shared, snapshotOf, onAlarm, standby: config.kafkaStandby })
    : undefined;
  // What projector-search writes; without Elasticsearch documents, lists and histories are `not-available`.
  const search = config.elasticsearchNodes.length === 0 ? undefined : searchClient(config.elasticsearchNodes);
  const views = search && searchedViews({ ...shared, client: search });
  // What projector-cache writes, for an operator.
  const redis =
    config.redisUrl === null
      ? undefined
      : await connectRedis({ url: config.redisUrl, answerWithinMs: ANSWER_WITHIN_MS });
  const cache = redis && cacheGenerations({ ...shared, redis });
  const documents =
    config.redisUrl === null || views === undefined
      ? undefined
      : await cachedDocuments({ ...config, redisUrl: config.redisUrl });
  const { engine, registry } = await openEngine({
    ...shared,
    waitMs: ANSWER_WITHIN_MS,
    ...(processors === undefined ? {} : { processors }),
    ...(views === undefined ? {} : { reader: views.reader }),
    ...(views && documents && { cached: (shown) => documents.inFrontOf(views.reader, shown) }),
  });
  const stop = async (): Promise<void> => {
    await views?.generations.stop();
    await cache?.stop();
    redis?.disconnect();
    documents?.close();
    await engine.stop();
    await processors?.stop();
    await search?.close();
  };
  // Whoever decides makes the tenants; an edge alone serves those that there are.
  if (processors !== undefined)
    for (const tenant of new Set(['main', ...engine.tenants()]))
      await untilDecided(() => ensureTenant(engine, tenant, lifecycles));
  if (!roles.has('http')) return { server: undefined, stop };
  mkdirSync(config.data, { recursive: true, mode: 0o700 });
  const keyStore = openKeyStore(config.data, { recordedFirst: true });
  const tail = eventTail(shared);
  const behindKeys = sendingBehindKeys(engine, keyStore);
  const callbacks = paymentCallbacks({
    ...{ accounts: config.paymentProviders, isSigned: isSignedNow(Date.now) },
    send: (request) => behindKeys.send(request),
    // Whose an order is stands in its history.
    seal: views && exchangeSealer({ engine, keyStore, onProblem: (message) => log.warn({}, message) }),
  });
  // Here, and not where commands are decided: whoever waits for an answer must not hold up a partition.
  const asking = askingHooks(behindKeys, {
    hookOf: httpHooks(config.hooks, Date.now),
  });
  const edge = {
    engine: asking.engine,
    registry,
    keyStore,
    // What other streams say is not known at an edge: the order's own process manager finds out.
    precheck: () => undefined,
    events: { tail, follow: groupMembers(shared), parked: parkedGroups(shared) },
    durability: 'replicated',
    ...(processors !== undefined && { alarms: () => alarms.counted(registry) }),
    ...(views === undefined ? {} : { generations: views.generations }),
    ...(cache === undefined ? {} : { cacheGenerations: cache }),
    ...(documents === undefined ? {} : { cacheReads: documents.reads }),
    ...(config.paymentProviders.size > 0 && { callbacks }),
    ...(config.hooks.size > 0 && { verdicts: asking.verdicts }),
  };
  const server = await httpEdge(edge, config, log);
  return {
    server,
    stop: async () => {
      await tail.close();
      await stop();
      keyStore.close();
    },
  };
};
