import type { Registry } from '@orderloom/decider';
import { Processor, type Codec, type GlobalEvents } from '@orderloom/engine';

/** The tenants as a process sees them that need not own their streams. */
export type TenantTable = {
  readonly tenants: () => readonly string[];
  /** The tenant's stream; `undefined`: it is not known here yet. */
  readonly find: (tenant: string) => { readonly version: number; readonly state: unknown } | undefined;
  /** Resolves once the tenant is known at this version, false when the time is over. */
  readonly reach: (tenant: string, version: number, ms: number) => Promise<boolean>;
};

/** Folds the tenants' events as every partition does. */
export const tenantTable = (registry: Registry, codec: Codec, globals: GlobalEvents): TenantTable => {
  const { partition } = new Processor({ registry, codec, owns: () => false });
  let known = 0;
  let waiting: (() => void)[] = [];
  const follow = (): void => {
    known = globals.follow(partition, known);
    for (const look of waiting.splice(0)) look();
  };
  follow();
  globals.onAdded(follow);
  const find = (tenant: string) => {
    const entry = partition.streams.find(partition.times.globalRef(tenant));
    return entry === undefined || entry.version === 0
      ? undefined
      : { version: entry.version, state: entry.state };
  };
  return {
    tenants: () => [...partition.streams.values()].map(({ ref }) => ref.tenant),
    find,
    reach: (tenant, version, ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => {
          resolve(false);
        }, ms);
        const look = (): void => {
          if ((find(tenant)?.version ?? 0) < version) {
            waiting = [...waiting, look];
            return;
          }
          clearTimeout(timer);
          resolve(true);
        };
        look();
      }),
  };
};
