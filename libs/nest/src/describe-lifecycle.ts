import { compiledLifecycle, type TenantState } from '@orderloom/domain';
import type { Engine } from '@orderloom/engine';
import type { LifecycleDescription } from '@orderloom/http';

/** The lifecycle that a tenant's new orders of that name follow, as callers see it. */
export const describeLifecycle =
  (engine: Engine) =>
  (tenant: string, name: string): LifecycleDescription | undefined => {
    const state = engine.globalOf(tenant) as TenantState | undefined;
    const reference =
      state !== undefined && Object.hasOwn(state.current, name) ? state.current[name] : undefined;
    const published = reference === undefined ? undefined : state?.lifecycles[reference];
    if (published === undefined) return undefined;
    const { definition } = compiledLifecycle(published);
    return {
      name,
      version: published.version,
      hash: published.hash,
      statuses: Object.fromEntries(
        Object.entries(definition.regions).map(([region, { initial, statuses }]) => [
          region,
          [initial, ...Object.keys(statuses).filter((status) => status !== initial)],
        ]),
      ),
      deadlines: definition.deadlines,
    };
  };
