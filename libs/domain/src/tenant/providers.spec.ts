import { describe, expect, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import type { TenantEvent } from '../messages/generated/tenant.ts';
import { noTenant } from './state.ts';
import { tenantStreamType } from './tenant-stream.ts';

const tenant = tenantStreamType({ lifecycles: [] });
const given = scenarios(tenant, {
  ...{ stream: { tenant: 'shop', type: 'tenant', key: 'shop' }, now: 1_000, global: undefined },
});
const created: TenantEvent = { type: 'TenantCreated', data: {} };
const account = (name: string, silenceMs = 30_000) => ({
  name,
  silenceMs,
  pausesMs: [10_000],
  refunds: false,
  legs: false,
});
const registered = (name: string, silenceMs?: number): TenantEvent => ({
  type: 'PaymentProviderRegistered',
  data: account(name, silenceMs),
});

describe('a tenant', () => {
  it('registers a payment provider, and the same name again replaces its rules', () => {
    given(created)
      .when({ type: 'RegisterPaymentProvider', data: account('bank') })
      .then(registered('bank'));
    const { providers } = given(created, registered('bank'), registered('bank', 5_000)).state;
    expect(providers).toEqual({ bank: account('bank', 5_000) });
  });

  it('without its last provider is as one that never had any', () => {
    const unregister = { type: 'UnregisterPaymentProvider', data: { name: 'bank' } } as const;
    const unregistered = { type: 'PaymentProviderUnregistered', data: { name: 'bank' } } as const;
    given(created, registered('bank')).when(unregister).then(unregistered);
    expect(given(created, registered('bank'), unregistered).state).toEqual({ ...noTenant, created: true });
    given(created).when(unregister).thenRejected('unknown-provider');
  });

  it('has twenty at most, and may change those it has', () => {
    const many = Array.from({ length: 20 }, (_, n) => registered(`bank-${String(n)}`));
    const register = (name: string) => ({ type: 'RegisterPaymentProvider', data: account(name) }) as const;
    given(created, ...many)
      .when(register('more'))
      .thenRejected('too-many-providers');
    given(created, ...many)
      .when(register('bank-3'))
      .then(registered('bank-3'));
  });
});
