import { compiledLifecycle, type PublishedLifecycle, type TenantState } from '@orderloom/domain';
import type { Engine } from '@orderloom/engine';
import type { LifecycleDescription } from '@orderloom/http';

const publishedIn = (
  state: TenantState,
  name: string,
  version: number | undefined,
): PublishedLifecycle | undefined => {
  if (version !== undefined)
    return Object.values(state.lifecycles).find((one) => one.name === name && one.version === version);
  const reference = Object.hasOwn(state.current, name) ? state.current[name] : undefined;
  return reference === undefined ? undefined : state.lifecycles[reference];
};

/** A lifecycle as callers see it: the one that a tenant's new orders of that name follow, or the version that is named. */
export const describeLifecycle =
  (engine: Engine) =>
  (tenant: string, name: string, version?: number): LifecycleDescription | undefined => {
    const state = engine.globalOf(tenant) as TenantState | undefined;
    const published = state && publishedIn(state, name, version);
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
      fields: definition.fields ?? {},
      definition,
    };
  };
