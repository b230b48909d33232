import { commandRequest, EngineError, type Engine } from '@orderloom/engine';
import {
  knownLifecycles,
  lifecyclesToPublish,
  type PublishedLifecycle,
  type TenantState,
} from '@orderloom/domain';

const stateOf = (engine: Engine, tenant: string): TenantState | undefined =>
  engine.globalOf(tenant) as TenantState | undefined;

const say = async (
  engine: Engine,
  tenant: string,
  type: string,
  data: object,
  commandId: string,
): Promise<void> => {
  const stream = { tenant, type: 'tenant', key: tenant };
  const { outcome, rejection } = await engine.send(
    commandRequest({ stream, type, data, commandId, actor: 'start' }),
  );
  if (outcome === 'accepted' || outcome === 'duplicate') return;
  throw new EngineError(rejection?.code ?? outcome, rejection?.reason ?? `${type} was not accepted`, {
    retryable: false,
  });
};

/**
 * Makes the tenant where it is missing, and publishes what these lifecycles (all of this build unless said) have that the tenant
 * does not.
 * Throws `lifecycle-changed` naming both hashes where a version is published with another content: then nothing may start.
 */
export const ensureTenant = async (
  engine: Engine,
  tenant: string,
  lifecycles: readonly PublishedLifecycle[] = knownLifecycles,
): Promise<void> => {
  if (stateOf(engine, tenant)?.created !== true)
    await say(engine, tenant, 'CreateTenant', {}, `start/create/${tenant}`);
  const state = stateOf(engine, tenant);
  if (state === undefined) return;
  const { missing, changed } = lifecyclesToPublish(state, lifecycles);
  if (changed.length > 0)
    throw new EngineError('lifecycle-changed', changed.join('; '), { retryable: false });
  for (const lifecycle of missing)
    await say(
      engine,
      tenant,
      'PublishLifecycle',
      lifecycle,
      `start/publish/${lifecycle.name}@${String(lifecycle.version)}`,
    );
};
