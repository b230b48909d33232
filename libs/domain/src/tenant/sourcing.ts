import { accept, refuseContent, refuseMissing, refuseState, type Decision } from '@orderloom/decider';
import type { SetSourcingData, SourcingSetData, TenantEvent } from '../messages/generated/tenant.ts';
import type { TenantState } from './state.ts';

// From where and when a sku is reserved. Orders ask for the rule of the moment: when they are placed, and when a location
// has said no.

/** Every process holds them all; a shop with more rules than this has one rule and exceptions. */
const MOST_RULES = 1_000;

/** The name under which the rule of all other skus stands. */
const EVERY_SKU = '*';

export type SourcingRule = Omit<SourcingSetData, 'sku'>;

const whereEver: SourcingRule = { reserveAt: 'placing', locations: [], whenShort: 'wait', waitAtMostMs: 0 };

/** The rule of a sku: its own, or that of every sku, or what holds where nobody has set any. */
export const sourcingOf = ({ sourcing }: TenantState, sku: string): SourcingRule => {
  if (sourcing === undefined) return whereEver;
  const own = Object.hasOwn(sourcing, sku) ? sourcing[sku] : sourcing[EVERY_SKU];
  return own ?? whereEver;
};

/** Where the stock of a sku is asked, the first one first; none where stock is not tracked. */
export const stockLocationsOf = (tenant: TenantState, sku: string): readonly string[] => {
  const { stock, location } = tenant.policy;
  if (stock !== 'tracked') return [];
  const { locations } = sourcingOf(tenant, sku);
  return locations.length > 0 ? locations : [location];
};

export const setSourcing = ({ sourcing = {} }: TenantState, data: SetSourcingData): Decision<TenantEvent> => {
  const again = data.locations.findIndex((location, index) => data.locations.indexOf(location) < index);
  if (again >= 0)
    return refuseContent(
      'repeated-location',
      'a location is asked once; name each of them once',
      `/locations/${again}`,
    );
  if (!Object.hasOwn(sourcing, data.sku) && Object.keys(sourcing).length >= MOST_RULES)
    return refuseState(
      'too-many-sourcing-rules',
      `a tenant has ${MOST_RULES} rules at most; drop one, or say it for every sku`,
    );
  return accept({ type: 'SourcingSet', data });
};

export const dropSourcing = ({ sourcing = {} }: TenantState, sku: string): Decision<TenantEvent> =>
  Object.hasOwn(sourcing, sku)
    ? accept({ type: 'SourcingDropped', data: { sku } })
    : refuseMissing('unknown-sourcing', `there is no rule for ${sku}`);

/** The state with one rule more, or another one for its sku. */
export const withSourcing = (state: TenantState, data: SourcingSetData): TenantState => ({
  ...state,
  sourcing: { ...state.sourcing, [data.sku]: data },
});

/** No rule is left where the last one was dropped; that there were some stays known: orders may still wait by them. */
export const withoutSourcing = (state: TenantState, sku: string): TenantState => ({
  ...state,
  sourcing: Object.fromEntries(Object.entries(state.sourcing ?? {}).filter(([known]) => known !== sku)),
});
