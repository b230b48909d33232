// The product without one of its mechanisms, where a value that it takes can be another one.
import type { Registry } from '@orderloom/decider';
import { tableStepper, type Stepper, type TenantState } from '@orderloom/domain';

/** Without `grammar`: what may not follow leaves the order where it is. */
export const anythingFollows: Stepper = {
  name: 'table',
  next: (lifecycle, status, symbol) => {
    const next = tableStepper.next(lifecycle, status, symbol);
    return next < 0 ? status : next;
  },
};

type AnyType = Registry['types'][number];

/** The registry with one of its stream types changed. */
const withType = (registry: Registry, name: string, change: (type: AnyType) => AnyType): Registry => ({
  ...registry,
  types: registry.types.map((type) => (type.name === name ? change(type) : type)),
});

/** Every version of a lifecycle means what its newest one means. */
const allAsNewest = (tenant: TenantState): TenantState => ({
  ...tenant,
  lifecycles: Object.fromEntries(
    Object.entries(tenant.lifecycles).map(([ref, known]) => [
      ref,
      tenant.lifecycles[tenant.current[known.name] ?? ref] ?? known,
    ]),
  ),
});

/** Without `lifecycle-versions`. */
export const newestOnly = (registry: Registry): Registry =>
  withType(registry, 'tenant', (type) => ({
    ...type,
    decider: {
      ...type.decider,
      evolve: (...folded) => allAsNewest(type.decider.evolve(...folded) as TenantState),
    },
  }));
