import { Logger } from '@nestjs/common';
import { ensureTenant, openEmbedded, type Embedded } from '@orderloom/embedded';
import type { EdgeLog } from '@orderloom/http';
import type { OrderloomOptions } from './options.ts';

/** The engine of one application, with its tenants. */
export type OpenedEngine = Embedded & { readonly log: EdgeLog; readonly tenant: string };

/** Fields first, as everywhere; Nest's logger takes the message first. */
const nestLog = (): EdgeLog => {
  const logger = new Logger('Orderloom');
  return {
    warn: (fields, message) => logger.warn(message, fields),
    error: (fields, message) => logger.error(message, fields),
  };
};

export const openEngine = async ({
  embedded: options,
  tenants = ['main'],
  log = nestLog(),
}: OrderloomOptions): Promise<OpenedEngine> => {
  const embedded = await openEmbedded({
    ...options,
    onProblem: (message) => {
      log.warn({}, message);
    },
  });
  try {
    for (const tenant of new Set([...tenants, ...embedded.engine.tenants()]))
      await ensureTenant(embedded.engine, tenant);
  } catch (error) {
    await embedded.stop();
    throw error;
  }
  return { ...embedded, log, tenant: tenants[0] ?? 'main' };
};
