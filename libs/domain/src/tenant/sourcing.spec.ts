import { describe, expect, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import type { SourcingSetData, TenantEvent } from '../messages/generated/tenant.ts';
import { sourcingOf } from './sourcing.ts';
import { noTenant } from './state.ts';
import { tenantStreamType } from './tenant-stream.ts';

const tenant = tenantStreamType({ lifecycles: [] });
const given = scenarios(tenant, {
  ...{ stream: { tenant: 'shop', type: 'tenant', key: 'shop' }, now: 1_000, global: undefined },
});
const created: TenantEvent = { type: 'TenantCreated', data: {} };
const rule = (sku: string, more: Partial<SourcingSetData> = {}): SourcingSetData => ({
  ...{ sku, reserveAt: 'placing', locations: [], whenShort: 'wait', waitAtMostMs: 0 },
  ...more,
});
const set = (data: SourcingSetData): TenantEvent => ({ type: 'SourcingSet', data });

describe('the rules of a tenant for its skus', () => {
  it('are one for every sku, and others for some', () => {
    const all = rule('*', { reserveAt: 'payment' });
    const own = rule('TEA', { locations: ['paris'] });
    given(created).when({ type: 'SetSourcing', data: own }).then(set(own));
    const { state } = given(created, set(all), set(own));
    expect([sourcingOf(state, 'TEA'), sourcingOf(state, 'MUG')]).toEqual([own, all]);
    expect(sourcingOf(given(created, set(own)).state, 'MUG')).toEqual({
      ...{ reserveAt: 'placing', locations: [], whenShort: 'wait', waitAtMostMs: 0 },
    });
  });

  it('name each location once', () => {
    given(created)
      .when({ type: 'SetSourcing', data: rule('TEA', { locations: ['paris', 'rome', 'paris'] }) })
      .thenRejected('repeated-location', { pointer: '/locations/2' });
  });

  it('can be dropped, and that there was one stays known', () => {
    const drop = { type: 'DropSourcing', data: { sku: 'TEA' } } as const;
    given(created).when(drop).thenRejected('unknown-sourcing', { kind: 'missing' });
    const dropped = given(created, set(rule('TEA')), { type: 'SourcingDropped', data: { sku: 'TEA' } });
    expect(dropped.state.sourcing).toEqual({});
    expect(tenant.explain(dropped.state, undefined).allowedCommands).not.toContain('DropSourcing');
  });

  it('are a thousand at most', () => {
    const full = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`S${n}`, rule(`S${n}`)]));
    const decide = (sku: string) =>
      tenant.decider.decide(
        { ...noTenant, created: true, sourcing: full },
        { type: 'SetSourcing', data: rule(sku) },
        {
          ...{ stream: { tenant: 'shop', type: 'tenant', key: 'shop' }, now: 1, global: undefined },
          ...{ globalVersion: 1, actor: null, channel: null },
        },
      );
    expect(decide('S1').outcome).toBe('accepted');
    expect(decide('S1000')).toMatchObject({ rejection: { code: 'too-many-sourcing-rules' } });
  });
});
