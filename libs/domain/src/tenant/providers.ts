import { accept, refuseMissing, refuseState, type Decision } from '@orderloom/decider';
import type { RegisterPaymentProviderData, TenantEvent } from '../messages/generated/tenant.ts';
import type { TenantState } from './state.ts';

/** Each is an account somewhere; more than these are a mistake. */
const MOST_PROVIDERS = 20;

const providersOf = ({ providers = {} }: TenantState): NonNullable<TenantState['providers']> => providers;

export const registerProvider = (
  state: TenantState,
  data: RegisterPaymentProviderData,
): Decision<TenantEvent> => {
  const known = providersOf(state);
  if (!Object.hasOwn(known, data.name) && Object.keys(known).length >= MOST_PROVIDERS)
    return refuseState(
      'too-many-providers',
      `a tenant has ${MOST_PROVIDERS} payment providers at most; take one away first`,
    );
  return accept({ type: 'PaymentProviderRegistered', data });
};

export const unregisterProvider = (state: TenantState, name: string): Decision<TenantEvent> =>
  Object.hasOwn(providersOf(state), name)
    ? accept({ type: 'PaymentProviderUnregistered', data: { name } })
    : refuseMissing('unknown-provider', `the tenant has no payment provider ${name}`);

/** The state with one provider more, or other rules under its name. */
export const withProvider = (state: TenantState, data: RegisterPaymentProviderData): TenantState => ({
  ...state,
  providers: { ...providersOf(state), [data.name]: data },
});

/** A tenant without any is as one that never had any. */
export const withoutProvider = (state: TenantState, name: string): TenantState => {
  const { providers = {}, ...others } = state;
  const left = Object.entries(providers).filter(([known]) => known !== name);
  return left.length === 0 ? others : { ...others, providers: Object.fromEntries(left) };
};
