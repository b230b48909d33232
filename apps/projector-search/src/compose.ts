import { setTimeout as delay } from 'node:timers/promises';
import { followedGeneration, searchPlace } from '@orderloom/distributed';
import { keptViews, placementRecord, searchClient } from '@orderloom/elasticsearch';
import { fedGenerations, FollowedGenerations, type FollowedGeneration } from '@orderloom/engine';
import {
  metricsRegistry,
  projectorProgress,
  type ComposedFollower,
  type Config,
  type Logger,
} from '@orderloom/runtime';
import { openSchemaIds } from '@orderloom/schema-registry';
import { ownSchemas } from '@orderloom/wire';
import { serversOf } from './settings.ts';

const NAME = 'projector-search';
/** Events of one document within so many ms are one write. */
const WINDOW_MS = 200;

/**
 * Event log -> projector -> Elasticsearch. This page is the wiring diagram of the process; nothing is wired anywhere
 * else. Every generation of the views that the placement names is fed by itself: its processes share the partitions, and
 * each partition's checkpoint is in the views themselves.
 */
export const composeProjectorSearch = async (config: Config, log: Logger): Promise<ComposedFollower> => {
  const servers = serversOf(config);
  const place = searchPlace(config.kafkaPrefix);
  const metrics = metricsRegistry();
  const seen = projectorProgress(metrics, log);
  const onProblem = (error: unknown): void =>
    log.warn({}, error instanceof Error ? error.message : 'problem');
  const schemaIds = await openSchemaIds({
    url: servers.schemaRegistry,
    ...ownSchemas(),
    onWait: (reason) => log.warn({}, reason),
  });
  const cluster = { ...config.kafkaAccess, brokers: servers.brokers, clientId: NAME };
  const shared = {
    cluster,
    schemaIds,
    partitions: config.kafkaPartitions,
    prefix: config.kafkaPrefix,
    onProblem,
  };
  const client = searchClient(servers.elasticsearch);
  const record = placementRecord({ ...place, client });
  const open = (generation: string): Promise<FollowedGeneration> => {
    const isFed = async (): Promise<boolean> => fedGenerations(await record.read()).includes(generation);
    const views = keptViews({ ...place, generation, client, isFed, onProblem });
    // What is not read by anybody does not count.
    const { onWindow, onProblem: onHeldUp } = seen.whereRead(() => generations.isLive(generation));
    return followedGeneration({
      ...{ ...shared, group: `${NAME}-${generation}`, windowMs: WINDOW_MS, onWindow, onHeldUp },
      ...{ storeOf: views.store, close: views.close },
    });
  };
  const generations = new FollowedGenerations({
    ...{ placement: record.read, open, onProblem },
    pause: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
  });

  return {
    run: () => generations.run(),
    checks: () => ({ following: generations.isFollowing, views: seen.isMoving() }),
    metrics,
    closers: [
      { name: 'views', close: () => generations.stop() },
      { name: 'elasticsearch', close: () => client.close() },
    ],
  };
};
