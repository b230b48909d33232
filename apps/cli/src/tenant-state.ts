import type { RecordedEvent, Registry } from '@orderloom/decider';

/** The state of a tenant's own stream behind these events of it: what everything else of the tenant is folded with. */
export const tenantState = ({ types, global }: Registry, events: Iterable<RecordedEvent>): unknown => {
  const decider = types.find(({ name }) => name === global.type)?.decider;
  let state: unknown = decider?.initialState;
  for (const { type, data, stream, recordedAt, version } of events)
    state = decider?.evolve(state, { type, data }, { stream, recordedAt, version, global: state });
  return state;
};
