import type { PaymentProvider } from '@orderloom/engine';
import type { CallToMake } from '../effect-handler.ts';
import { httpPaymentProvider, type ProviderAccess } from './http-payment-provider.ts';

/** Who moves money for one tenant, under the name that its payments say. */
type ProviderAccount = { readonly tenant: string; readonly provider: PaymentProvider };

/** By name. */
export type ProviderAccounts = ReadonlyMap<string, ProviderAccount>;

/** The provider that a call goes to; `undefined`: this process knows none of that name for its tenant. */
export const providerFor = (
  accounts: ProviderAccounts,
  { name, tenant }: Pick<CallToMake, 'name' | 'tenant'>,
): PaymentProvider | undefined => {
  const account = accounts.get(name);
  return account?.tenant === tenant ? account.provider : undefined;
};

/** A provider is a machine that we have a contract with: it is asked more than a few things at a time. */
export const PROVIDER_ROOM = { atATime: 32, waiting: 4_096 };

/** Accounts that are reached over HTTP. */
export const httpAccounts = (
  accesses: ReadonlyMap<string, ProviderAccess & { readonly tenant: string }>,
): ProviderAccounts =>
  new Map(
    [...accesses].map(([name, access]) => [
      name,
      { tenant: access.tenant, provider: httpPaymentProvider(access) },
    ]),
  );
