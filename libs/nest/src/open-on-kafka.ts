import { mkdirSync } from 'node:fs';
import {
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
import { ensureTenant } from '@orderloom/embedded';
import { openSchemaIds } from '@orderloom/schema-registry';
import { openKeyStore } from '@orderloom/sqlite';
import { ownSchemas } from '@orderloom/wire';
import type { OpenedEngine, Surroundings } from './opened-engine.ts';
import type { KafkaPlace } from './options.ts';

/** Separates engines that share a cluster, where nothing else is said. */
const PREFIX = 'orderloom';
/** How long a request waits for its command's answer, ms; then it is told that the command is pending. */
const ANSWER_WITHIN_MS = 5_000;

/**
 * The engine on topics: this application answers requests, and decides for the partitions that it is given; any number
 * of its kind, and of command services, make one engine.
 */
export const openOnKafka = async (
  { keys, decides = true, elasticsearchNodes = [], ...connection }: KafkaPlace,
  { tenants, lifecycles, log }: Surroundings,
): Promise<OpenedEngine> => {
  const { schemaRegistryUrl, partitions, prefix = PREFIX, clientId = 'orderloom', ...access } = connection;
  const onProblem = (error: unknown): void => {
    log.warn({}, error instanceof Error ? error.message : String(error));
  };
  const shared = {
    ...{ cluster: { ...access, clientId }, partitions, prefix, lifecycles, onProblem },
    schemaIds: await openSchemaIds({ ...ownSchemas(), url: schemaRegistryUrl, onWait: onProblem }),
  };
  const processors = decides ? await openProcessors(shared) : undefined;
  const search = elasticsearchNodes.length === 0 ? undefined : searchClient(elasticsearchNodes);
  const views = search && searchedViews({ ...shared, client: search });
  const { engine, registry } = await openEngine({
    ...{ ...shared, waitMs: ANSWER_WITHIN_MS },
    ...(processors === undefined ? {} : { processors }),
    ...(views === undefined ? {} : { reader: views.reader }),
  });
  const tail = eventTail(shared);
  mkdirSync(keys, { recursive: true, mode: 0o700 });
  const keyStore = openKeyStore(keys, { recordedFirst: true });
  const stop = async (): Promise<void> => {
    await tail.close();
    await views?.generations.stop();
    await engine.stop();
    await processors?.stop();
    await search?.close();
    keyStore.close();
  };
  try {
    if (decides)
      for (const tenant of new Set([...tenants, ...engine.tenants()]))
        await untilDecided(() => ensureTenant(engine, tenant, lifecycles));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    ...{ engine: sendingBehindKeys(engine, keyStore), registry, keyStore, stop, log },
    events: { tail, follow: groupMembers(shared), parked: parkedGroups(shared) },
    ...(views === undefined ? {} : { generations: views.generations }),
    connection: {
      kafka: { ...connection, keyStore, queries: { engine }, onProblem },
      tenant: tenants[0] ?? 'main',
    },
    // What other streams say is not known at an edge: the order's own process manager finds out.
    precheck: () => undefined,
    durability: 'replicated',
  };
};
