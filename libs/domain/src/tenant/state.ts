import type { TenantClock } from '@orderloom/decider';
import type {
  HookRegisteredData,
  PaymentProviderRegisteredData,
  PolicySetData,
  SetPolicyData,
  SourcingSetData,
  WebhookSubscribedData,
} from '../messages/generated/tenant.ts';
import type { PublishedLifecycle } from '../order/lifecycle/definition.ts';

/** The rules of a tenant, all of them. */
export type TenantPolicy = PolicySetData;

/** What every decision of a tenant's streams may read: rules, clock, published lifecycles. A JSON value. */
export type TenantState = {
  readonly created: boolean;
  readonly policy: TenantPolicy;
  readonly clock: TenantClock;
  /** `name@version#hash` -> the lifecycle as it was published. */
  readonly lifecycles: Readonly<Record<string, PublishedLifecycle>>;
  /** Name -> reference of the highest version: what a new order of that name follows. */
  readonly current: Readonly<Record<string, string>>;
  /** By name; left out where there is none. */
  readonly webhooks?: Readonly<Record<string, WebhookSubscribedData>>;
  /** By sku, `*` for all others; left out where there never was one. */
  readonly sourcing?: Readonly<Record<string, SourcingSetData>>;
  /** By name; left out where there is none. */
  readonly providers?: Readonly<Record<string, PaymentProviderRegisteredData>>;
  /** By name; left out where there is none. */
  readonly hooks?: Readonly<Record<string, HookRegisteredData>>;
};

const MINUTE = 60_000;
const DAY = 86_400_000;

/** What a new tenant starts with. */
export const defaultPolicy: TenantPolicy = {
  duplicateWindowMs: 10_000,
  paymentTimeoutMs: 30 * MINUTE,
  reminderAfterMs: 14 * DAY,
  maxReminders: 3,
  receiveAfterMs: 0,
  completeAfterMs: 0,
  reviewAfterMs: 0,
  paymentTimeouts: [],
  stock: 'untracked',
  location: 'main',
  defaultLifecycle: 'retail',
  refundOrder: [],
  approvalLimits: [],
  approvalTimeoutMs: 7 * DAY,
  fulfilment: 'whole',
  acknowledgeWithinMs: 15 * MINUTE,
  maxRequests: 5,
  billTimeoutMs: 15 * MINUTE,
};

/** Data of a `SetPolicy` that changes nothing: whatever else is said beside it is all that changes. */
export const unchangedPolicy = Object.fromEntries(
  Object.keys(defaultPolicy).map((field) => [field, null]),
) as SetPolicyData;

export const noTenant: TenantState = {
  created: false,
  policy: defaultPolicy,
  clock: { mode: 'live' },
  lifecycles: {},
  current: {},
};
