import { partOf, searchPlace } from '@orderloom/distributed';
import { domainRegistry, tableStepper } from '@orderloom/domain';
import { keptViews, searchClient } from '@orderloom/elasticsearch';
import { createProjector, projecting } from '@orderloom/engine';
import { kafkaClient, kafkaEventSource } from '@orderloom/kafka';
import {
  metricsRegistry,
  projectorProgress,
  type ComposedFollower,
  type Config,
  type Logger,
} from '@orderloom/runtime';
import { openSchemaIds } from '@orderloom/schema-registry';
import { tracedProjector } from '@orderloom/tracing';
import { projections } from '@orderloom/views';
import { describeSchema, publicSchemas, wireCodec } from '@orderloom/wire';
import { serversOf } from './settings.ts';

const NAME = 'projector-search';
/** Events of one document within so many ms are one write. */
const WINDOW_MS = 200;
/** How long a start waits for the schema registry, ms. */
const REGISTRY_PATIENCE_MS = 60_000;

/**
 * Event log -> projector -> Elasticsearch. This page is the wiring diagram of the process; nothing is wired anywhere
 * else. Processes of one generation of views share the partitions; each partition's checkpoint is in the views themselves.
 */
export const composeProjectorSearch = async (config: Config, log: Logger): Promise<ComposedFollower> => {
  const servers = serversOf(config);
  const registry = domainRegistry({ stepper: tableStepper });
  const place = searchPlace(config.kafkaPrefix);
  const metrics = metricsRegistry();
  const seen = projectorProgress(metrics, log);
  const onProblem = (error: unknown): void =>
    log.warn({}, error instanceof Error ? error.message : 'problem');
  const codec = wireCodec();
  const schemaIds = await openSchemaIds({
    url: servers.schemaRegistry,
    schemas: publicSchemas(),
    describe: describeSchema,
    patienceMs: REGISTRY_PATIENCE_MS,
    onWait: (reason) => log.warn({}, reason),
  });
  const source = await kafkaEventSource({
    kafka: kafkaClient({ ...config.kafkaAccess, brokers: servers.brokers, clientId: NAME }),
    prefix: config.kafkaPrefix,
    groupId: `${config.kafkaPrefix}-${NAME}-${place.generation}`,
    ...{ codec, schemaIds, onProblem },
  });
  const client = searchClient(servers.elasticsearch);
  const views = keptViews({ ...place, client, onProblem });
  let isFollowing = false;

  return {
    run: async () => {
      isFollowing = true;
      await source.run(
        projecting({
          windowMs: WINDOW_MS,
          open: async (partition) => {
            const store = await views.store(partOf(partition));
            const parts = { store, codec, registry, projections, globals: source.globals };
            return tracedProjector(createProjector(parts), codec, partition);
          },
          shownUpTo: async (partition) => (await (await views.store(partOf(partition))).checkpoint()).index,
          onWindow: seen.onWindow,
          onProblem: seen.onProblem,
        }),
      );
      isFollowing = false;
    },
    checks: () => ({ following: isFollowing, views: seen.isMoving() }),
    metrics,
    closers: [
      { name: 'event source', close: source.stop },
      { name: 'views', close: views.close },
      { name: 'elasticsearch', close: () => client.close() },
    ],
  };
};
