import type { StreamRef } from '@orderloom/decider';
import type { PlaceOrderData } from '../messages/generated/order.ts';
import type { OrderLine } from '../messages/generated/types.ts';
import { lineAmount } from '../money.ts';
import { evolveTenant } from '../tenant/evolve.ts';
import { noTenant, type TenantPolicy, type TenantState } from '../tenant/state.ts';
import { knownLifecycles } from './lifecycles/known.ts';

/** Monday, 3 June 2024, noon UTC. */
export const NOON = 1_717_416_000_000;

export const exampleOrder: StreamRef = { tenant: 'main', type: 'order', key: '06avjvz8000000000000z' };

/** A tenant with every lifecycle of this build and a policy that differs from the default where said. */
export const exampleTenant = (policy: Partial<TenantPolicy> = {}): TenantState => {
  const created = evolveTenant(noTenant, { type: 'TenantCreated', data: {} });
  const ruled = evolveTenant(created, { type: 'PolicySet', data: { ...created.policy, ...policy } });
  return knownLifecycles.reduce(
    (tenant, data) => evolveTenant(tenant, { type: 'LifecyclePublished', data }),
    ruled,
  );
};

/** A line at 10.00 a unit. */
export const exampleLine = (lineId: string, quantity: number, more: Partial<OrderLine> = {}): OrderLine => ({
  lineId,
  sku: `sku-${lineId}`,
  quantity,
  unitPrice: 1000,
  discount: 0,
  tax: null,
  name: null,
  ...more,
});

/** Two units of line a, one of line b, 4.99 for shipping; the total adds up unless said otherwise. */
export const examplePlacement = (more: Partial<PlaceOrderData> = {}): PlaceOrderData => {
  const { lines = [exampleLine('a', 2), exampleLine('b', 1)], shipping = 499, fees = 0, discount = 0 } = more;
  return {
    buyerId: 'ann',
    merchantId: null,
    lifecycle: null,
    currency: 'EUR',
    total: lines.reduce((sum, line) => sum + lineAmount(line), shipping + fees - discount),
    receiver: null,
    externalId: null,
    paymentMethod: null,
    payBy: null,
    allowRepeat: false,
    fields: {},
    ...more,
    lines,
    shipping,
    fees,
    discount,
  };
};
