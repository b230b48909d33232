import type { PaymentTimeout } from '../messages/generated/types.ts';
import type { TenantPolicy, TenantState } from '../tenant/state.ts';
import { compiledLifecycle, type Lifecycle } from './lifecycle/compiled.ts';
import type { DeadlineRule } from './lifecycle/definition.ts';

/** Those that were asked for, by the object that holds all that a tenant has published. */
const asked = new WeakMap<TenantState['lifecycles'], Map<string, Lifecycle>>();

/**
 * The published lifecycle behind `name@version#hash`; `undefined`: the tenant never published it. Asked for every event, with
 * a text out of a store: a map finds that by content, where V8 compiles the caller of a plain object's member anew each time.
 */
export const lifecycleOf = ({ lifecycles }: TenantState, ref: string): Lifecycle | undefined => {
  let known = asked.get(lifecycles);
  if (!known) asked.set(lifecycles, (known = new Map<string, Lifecycle>()));
  const lifecycle = known.get(ref);
  if (lifecycle) return lifecycle;
  const published = lifecycles[ref];
  if (!published) return undefined;
  const compiled = compiledLifecycle(published);
  known.set(ref, compiled);
  return compiled;
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

/** What an instant is reckoned from: the policy of the moment, and how often the deadline has fired. */
type Reckoning = {
  readonly policy: TenantPolicy;
  readonly now: number;
  readonly fired?: number;
  /** Name of the payment time-out that is for the order. */
  readonly by?: string | undefined;
};

/** What the time-out of a payment depends on. */
type Awaited = { readonly [K in 'lifecycle' | 'channel' | 'paymentMethod']: string | null };

/** The first of the tenant's payment time-outs that fits an order; `undefined`: the one for all others is for it. */
export const paymentTimeoutFor = (
  { paymentTimeouts }: TenantPolicy,
  { lifecycle, channel, paymentMethod }: Awaited,
): PaymentTimeout | undefined =>
  paymentTimeouts.find(
    (one) =>
      (one.lifecycle ?? lifecycle) === lifecycle &&
      (one.channel ?? channel) === channel &&
      (one.paymentMethod ?? paymentMethod) === paymentMethod,
  );

/** How long a deadline waits by a policy, ms; 0: there is none. `by`: a payment time-out, where it has one. */
export const delayOf = (
  policy: TenantPolicy,
  { after }: Pick<DeadlineRule, 'after'>,
  by: string | null | undefined,
): number => policy.paymentTimeouts.find(({ name }) => name === by)?.afterMs ?? numberIn(policy, after);

/**
 * When the deadline that an event starts is due, by the policy of this moment; `null`: the event starts none, or it
 * has fired as often as it may. `symbol` is the event's.
 */
export const dueAfter = (
  lifecycle: Lifecycle | undefined,
  symbol: string,
  { policy, now, fired, by }: Reckoning,
): number | null => {
  const rule = lifecycle?.startedBy.get(symbol);
  if (!rule || (rule.atMost !== undefined && (fired ?? 0) >= numberIn(policy, rule.atMost))) return null;
  const delay = delayOf(policy, rule, by);
  return delay === 0 ? null : now + delay;
};
