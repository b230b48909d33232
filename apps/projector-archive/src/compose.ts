import { domainRegistry, tableStepper } from '@orderloom/domain';
import { kafkaClient, kafkaEventSource } from '@orderloom/kafka';
import {
  metricsRegistry,
  projectorProgress,
  type ComposedFollower,
  type Config,
  type Logger,
} from '@orderloom/runtime';
import { openSchemaIds } from '@orderloom/schema-registry';
import { projections } from '@orderloom/views';
import { ownSchemas, wireCodec } from '@orderloom/wire';
import { archiving } from './archiving.ts';
import { placesOf } from './settings.ts';

const NAME = 'projector-archive';
/** Events within so many ms share one sync of the disk. */
const WINDOW_MS = 500;

/**
 * Event log -> archiver -> segments on disk. This page is the wiring diagram of the process; nothing is wired anywhere
 * else. Processes that share a disk share the partitions; each partition's checkpoint is its archive's own manifest.
 */
export const composeProjectorArchive = async (config: Config, log: Logger): Promise<ComposedFollower> => {
  const places = placesOf(config);
  const metrics = metricsRegistry();
  const seen = projectorProgress(metrics, log);
  const onProblem = (error: unknown): void =>
    log.warn({}, error instanceof Error ? error.message : 'problem');
  const codec = wireCodec();
  const schemaIds = await openSchemaIds({
    url: places.schemaRegistry,
    ...ownSchemas(),
    onWait: (reason) => log.warn({}, reason),
  });
  const kafka = kafkaClient({ ...config.kafkaAccess, brokers: places.brokers, clientId: NAME });
  const prefix = config.kafkaPrefix;
  const source = await kafkaEventSource({
    ...{ kafka, prefix, codec, schemaIds, onProblem },
    groupId: `${prefix}-${NAME}`,
  });
  let isFollowing = false;

  return {
    run: async () => {
      isFollowing = true;
      await source.run(
        archiving({
          ...{ windowMs: WINDOW_MS, folderOf: places.folderOf, places: source.places },
          ...{ source: codec, projections, globals: source.globals, onProblem },
          registry: domainRegistry({ stepper: tableStepper }),
          onWindow: seen.onWindow,
          onHeldUp: seen.onProblem,
        }),
      );
      isFollowing = false;
    },
    checks: () => ({ following: isFollowing, archive: seen.isMoving() }),
    metrics,
    closers: [{ name: 'event source', close: source.stop }],
  };
};
