import { describe, expect, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import type { TenantEvent } from '../messages/generated/tenant.ts';
import { hooksFor } from './hooks.ts';
import { noTenant } from './state.ts';
import { tenantStreamType } from './tenant-stream.ts';

const tenant = tenantStreamType({ lifecycles: [] });
const given = scenarios(tenant, {
  ...{ stream: { tenant: 'shop', type: 'tenant', key: 'shop' }, now: 1_000, global: undefined },
});
const created: TenantEvent = { type: 'TenantCreated', data: {} };
const rules = (name: string, before = 'placing', budgetMs = 500) => ({
  ...{ name, before, budgetMs, onTimeout: 'hold' },
});
const registered = (...said: Parameters<typeof rules>): TenantEvent => ({
  type: 'HookRegistered',
  data: rules(...said),
});

describe('a tenant', () => {
  it('registers a hook, and the same name again replaces its rules', () => {
    given(created)
      .when({ type: 'RegisterHook', data: rules('risk') })
      .then(registered('risk'));
    const { hooks } = given(created, registered('risk'), registered('risk', 'paying', 50)).state;
    expect(hooks).toEqual({ risk: rules('risk', 'paying', 50) });
  });

  it('without its last hook is as one that never had any', () => {
    const unregister = { type: 'UnregisterHook', data: { name: 'risk' } } as const;
    const unregistered = { type: 'HookUnregistered', data: { name: 'risk' } } as const;
    given(created, registered('risk')).when(unregister).then(unregistered);
    expect(given(created, registered('risk'), unregistered).state).toEqual({ ...noTenant, created: true });
    given(created).when(unregister).thenRejected('unknown-hook');
  });

  it('has five at most, and may change those it has', () => {
    const many = Array.from({ length: 5 }, (_, n) => registered(`risk-${String(n)}`));
    const register = (name: string) => ({ type: 'RegisterHook', data: rules(name) }) as const;
    given(created, ...many)
      .when(register('more'))
      .thenRejected('too-many-hooks');
    given(created, ...many)
      .when(register('risk-3'))
      .then(registered('risk-3'));
  });

  it('has each asked before what it is for', () => {
    const { state } = given(created, registered('risk'), registered('bank', 'paying'));
    const asked = (stream: string, type: string) => hooksFor(state, { stream, type }).map(({ name }) => name);
    expect([asked('order', 'PlaceOrder'), asked('itinerary', 'PlaceItinerary')]).toEqual([
      ['risk'],
      ['risk'],
    ]);
    expect([asked('order', 'StartPayment'), asked('order', 'IssueBill')]).toEqual([['bank'], ['bank']]);
    expect([asked('order', 'ShipLines'), asked('stock', 'toString')]).toEqual([[], []]);
  });
});
