// A tenant for the specs of views.
import { knownLifecycles, tenantStreamType, type TenantState } from '@orderloom/domain';

const { evolve, initialState } = tenantStreamType({ lifecycles: [] }).decider;
const context = {
  stream: { tenant: 'main', type: 'tenant', key: 'main' },
  ...{ recordedAt: 0, version: 1, global: undefined },
};

/** A tenant that has published every lifecycle of this build. */
export const exampleTenant: TenantState = knownLifecycles.reduce(
  (state, data) => evolve(state, { type: 'LifecyclePublished', data }, context),
  initialState,
);
