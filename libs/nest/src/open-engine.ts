import { Logger } from '@nestjs/common';
import { knownLifecycles, lifecyclesIn } from '@orderloom/domain';
import { ensureTenant, openEmbedded } from '@orderloom/embedded';
import { tailedMember } from '@orderloom/engine';
import type { EdgeLog } from '@orderloom/http';
import type { OpenedEngine, Surroundings } from './opened-engine.ts';
import type { EmbeddedPlace, OrderloomOptions } from './options.ts';

/** Fields first, as everywhere; Nest's logger takes the message first. */
const nestLog = (): EdgeLog => {
  const logger = new Logger('Orderloom');
  return {
    warn: (fields, message) => logger.warn(message, fields),
    error: (fields, message) => logger.error(message, fields),
  };
};

const openInProcess = async (
  options: EmbeddedPlace,
  { tenants, lifecycles, log }: Surroundings,
): Promise<OpenedEngine> => {
  const embedded = await openEmbedded({
    ...options,
    lifecycles,
    onProblem: (message) => {
      log.warn({}, message);
    },
  });
  try {
    for (const tenant of new Set([...tenants, ...embedded.engine.tenants()]))
      await ensureTenant(embedded.engine, tenant, lifecycles);
  } catch (error) {
    await embedded.stop();
    throw error;
  }
  const connection = { embedded, tenant: tenants[0] ?? 'main' };
  const { tail, follow, parked } = embedded;
  return {
    ...embedded,
    events: { tail, parked, follow: async (group) => tailedMember(await follow(group), tail) },
    connection,
    durability: options.durability ?? 'full',
    log,
  };
};

export const openEngine = async (options: OrderloomOptions): Promise<OpenedEngine> => {
  const { tenants = ['main'], log = nestLog() } = options;
  const own = lifecyclesIn({ lifecycles: options.lifecycles ?? [] });
  const lifecycles = [...knownLifecycles, ...own.map(({ published }) => published)];
  const surroundings = { tenants, lifecycles, log };
  if ('embedded' in options) return openInProcess(options.embedded, surroundings);
  // Loaded where it is asked for: an embedded engine needs no Kafka client.
  const { openOnKafka } = await import('./open-on-kafka.ts');
  return openOnKafka(options.kafka, surroundings);
};
