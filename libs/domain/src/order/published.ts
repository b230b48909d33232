import type { TenantPolicy, TenantState } from '../tenant/state.ts';
import { compiledLifecycle, type Lifecycle } from './lifecycle/compiled.ts';

/** The published lifecycle behind `name@version#hash`; `undefined`: the tenant never published it. */
export const lifecycleOf = (tenant: TenantState, ref: string): Lifecycle | undefined => {
  const published = tenant.lifecycles[ref];
  return published && compiledLifecycle(published);
};

/** What a new order of that name follows; `undefined`: no such lifecycle. */
export const currentLifecycle = (tenant: TenantState, name: string): Lifecycle | undefined => {
  const ref = Object.hasOwn(tenant.current, name) ? tenant.current[name] : undefined;
  return ref === undefined ? undefined : lifecycleOf(tenant, ref);
};

const numberIn = (policy: TenantPolicy, field: string): number => {
  const value = (policy as Readonly<Record<string, unknown>>)[field];
  return typeof value === 'number' ? value : 0;
};

/**
 * When the deadline that an event starts is due, by the policy of this moment; `null`: the event starts none, or it
 * has fired as often as it may.
 */
export const dueAfter = (
  lifecycle: Lifecycle | undefined,
  eventType: string,
  { policy, now, fired }: { readonly policy: TenantPolicy; readonly now: number; readonly fired: number },
): number | null => {
  const rule = lifecycle?.deadlines.find(({ starts }) => starts.includes(eventType));
  if (!rule || (rule.atMost !== undefined && fired >= numberIn(policy, rule.atMost))) return null;
  return now + numberIn(policy, rule.after);
};
