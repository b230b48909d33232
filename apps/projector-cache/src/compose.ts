import { setTimeout as delay } from 'node:timers/promises';
import { cachePlace, followedGeneration, searchPlace } from '@orderloom/distributed';
import { placedReader, placementRecord, searchClient } from '@orderloom/elasticsearch';
import { FollowedGenerations, type FollowedGeneration, type ViewStore } from '@orderloom/engine';
import { cachePlacement, connectRedis, redisViewStore } from '@orderloom/redis';
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

const NAME = 'projector-cache';
/** Events of one document within so many ms are one write. */
const WINDOW_MS = 20;
/** A step of a window that takes Redis longer, ms, counts as not taken. */
const ANSWER_WITHIN_MS = 5_000;

/**
 * Event log -> projector -> Redis. This page is the wiring diagram of the process; nothing is wired anywhere else.
 * Every generation of the cache that the placement names is fed by itself: its processes share the partitions, and each
 * partition's checkpoint is in the cache itself.
 */
export const composeProjectorCache = async (config: Config, log: Logger): Promise<ComposedFollower> => {
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
  /** What stands behind the cache, one partition of it. */
  const searched = placementRecord({ ...place, client });
  const behind = (part: string) => placedReader({ ...place, client, record: searched, parts: [part] });
  const redis = await connectRedis({ url: servers.redis, answerWithinMs: ANSWER_WITHIN_MS });
  const cached = cachePlace(config.kafkaPrefix);
  const open = (generation: string): Promise<FollowedGeneration> => {
    const storeOf = (part: string): ViewStore => {
      const { asOf, readStream } = behind(part);
      return redisViewStore({ redis, place: cached, generation, part, filledAt: asOf, readStream });
    };
    // What is not read by anybody does not count.
    const { onWindow, onProblem: onHeldUp } = seen.whereRead(() => generations.isLive(generation));
    return followedGeneration({
      ...{ ...shared, group: `${NAME}-${generation}`, windowMs: WINDOW_MS, onWindow, onHeldUp },
      ...{ storeOf, close: async () => undefined },
    });
  };
  const generations = new FollowedGenerations({
    ...{ placement: cachePlacement({ redis, place: cached }).read, open, onProblem },
    pause: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
  });

  return {
    run: () => generations.run(),
    checks: () => ({ following: generations.isFollowing, views: seen.isMoving() }),
    metrics,
    closers: [
      { name: 'views', close: () => generations.stop() },
      { name: 'redis', close: () => redis.disconnect() },
      { name: 'elasticsearch', close: () => client.close() },
    ],
  };
};
