import { evolveTenant } from '../tenant/evolve.ts';
import type { TenantPolicy, TenantState } from '../tenant/state.ts';
import { exampleTenant } from './examples.ts';
import { publishable } from './lifecycle/definition.ts';
import { defineLifecycle, type LifecycleSpec } from './lifecycle/own.ts';
import { approvalRegion, WHEN_APPROVED } from './lifecycles/regions.ts';

/** `retail` among companies: goods leave once the order is approved, and its time to pay begins then. */
export const b2bSpec: LifecycleSpec = {
  name: 'b2b',
  version: 1,
  extends: 'retail',
  regions: { approval: approvalRegion },
  requires: [
    { symbols: ['LinesPicked', 'LinesShipped', 'LinesShipped:last', 'PaymentTimedOut'], when: WHEN_APPROVED },
  ],
  deadlines: [
    {
      name: 'payment',
      starts: ['OrderPlaced', 'OrderApproved'],
      while: { payment: ['awaiting'], ...WHEN_APPROVED },
      sleeps: { payment: ['paying', 'unknown'], ...WHEN_APPROVED },
      after: 'paymentTimeoutMs',
      command: 'TimeOutPayment',
    },
    {
      name: 'approval',
      starts: ['ApprovalRequested'],
      while: { approval: ['waiting'] },
      after: 'approvalTimeoutMs',
      command: 'ExpireApproval',
    },
  ],
};

/** The example tenant, with `b2b` as a lifecycle of its own; up to 30.00 EUR nothing needs approval. */
export const tenantWithB2b = (policy: Partial<TenantPolicy> = {}): TenantState =>
  evolveTenant(exampleTenant({ approvalLimits: [{ currency: 'EUR', amount: 3000 }], ...policy }), {
    type: 'LifecyclePublished',
    data: publishable(defineLifecycle(b2bSpec).definition),
  });
