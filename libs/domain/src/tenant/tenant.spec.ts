import { describe, expect, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import type { TenantEvent } from '../messages/generated/tenant.ts';
import { publishable } from '../order/lifecycle/definition.ts';
import { knownLifecycles } from '../order/lifecycles/known.ts';
import { retail } from '../order/lifecycles/retail.ts';
import { lifecyclesToPublish } from './publishing.ts';
import { defaultPolicy, unchangedPolicy } from './state.ts';
import { tenantStreamType } from './tenant-stream.ts';

const NOON = 1_717_416_000_000;
const stream = { tenant: 'shop', type: 'tenant', key: 'shop' };
const tenant = tenantStreamType({ lifecycles: knownLifecycles });
const given = scenarios(tenant, { stream, now: NOON, global: undefined });

const created = { type: 'TenantCreated', data: {} } as const;
const original = publishable(retail);
const changed = publishable({ ...retail, deadlines: [] });
const next = publishable({ ...retail, version: retail.version + 1, deadlines: [] });
const publish = (data: typeof original) => ({ type: 'PublishLifecycle', data }) as const;
const published = (data: typeof original) => ({ type: 'LifecyclePublished', data }) as const;
const simulated = (at: number) => ({ type: 'ClockSimulated', data: { at, deadlines: 'asleep' } }) as const;

describe('a tenant', () => {
  it('is created once, before anything else', () => {
    given().when({ type: 'CreateTenant', data: {} }).then(created);
    given(created).when({ type: 'CreateTenant', data: {} }).thenRejected('tenant-exists');
    given().when({ type: 'ReleaseClock', data: {} }).thenRejected('unknown-tenant', { kind: 'missing' });
  });

  it('gets every lifecycle of the build', () => {
    given(created).thenSends(
      ...knownLifecycles.map((data) => ({ to: { type: 'tenant', key: 'shop' }, command: publish(data) })),
    );
  });

  it('keeps what a policy does not say', () => {
    given(created)
      .when({ type: 'SetPolicy', data: { ...unchangedPolicy, stock: 'tracked' } })
      .then({ type: 'PolicySet', data: { ...defaultPolicy, stock: 'tracked' } });
  });

  it('explains what it can do', () => {
    const allowed = (state: typeof tenant.decider.initialState) =>
      tenant.explain(state, undefined).allowedCommands;
    expect(allowed(given().state)).toEqual(['CreateTenant']);
    expect(allowed(given(created).state)).not.toContain('AdvanceClock');
    expect(allowed(given(created, simulated(5)).state)).toContain('AdvanceClock');
  });
});

describe('a published lifecycle', () => {
  it('is followed by new orders until a higher version is published', () => {
    given(created).when(publish(original)).then(published(original));
    expect(given(created, published(original)).state.current).toEqual({
      retail: `retail@${retail.version}#${original.hash}`,
    });
    const both = given(created, published(next), published(original)).state;
    expect(both.current).toEqual({ retail: `retail@${retail.version + 1}#${next.hash}` });
    expect(Object.keys(both.lifecycles)).toHaveLength(2);
  });

  it('never changes its meaning: the refusal names both hashes', () => {
    const refused = given(created, published(original)).when(publish(changed));
    refused.thenRejected('lifecycle-changed', { kind: 'state' });
    const text = JSON.stringify(refused.decision);
    expect([text.includes(original.hash), text.includes(changed.hash)]).toEqual([true, true]);
  });

  it('is published once', () => {
    given(created, published(original)).when(publish(original)).thenRejected('lifecycle-known');
  });

  it.each([
    ['with the hash of another', { ...original, hash: changed.hash }],
    ['under another name', { ...original, name: 'barter' }],
    [
      'that is no JSON',
      {
        ...original,
        definition: '{',
        hash: '021fb596db81e6d02bf3d2586ee3981fe519f275c0ac9ca76bbcf2ebb4097d96',
      },
    ],
  ])('is refused %s', (_what, data) => {
    given(created).when(publish(data)).thenRejected('lifecycle-invalid', { pointer: '/definition' });
  });

  it('is told at the start: what is missing, and what has changed without a new version', () => {
    const { state } = given(created, published(original));
    expect(lifecyclesToPublish(state, [original, next])).toEqual({ missing: [next], changed: [] });
    const [told] = lifecyclesToPublish(state, [changed]).changed;
    expect([told?.includes(original.hash), told?.includes(changed.hash)]).toEqual([true, true]);
  });
});

describe("a tenant's clock", () => {
  it('is live, then simulated, moves forward, and is live again', () => {
    const clock = (...events: TenantEvent[]) => given(created, ...events).state.clock;
    const advanced = { type: 'ClockAdvanced', data: { to: 9 } } as const;
    expect(clock()).toEqual({ mode: 'live' });
    expect(clock(simulated(5), advanced)).toEqual({ mode: 'simulated', now: 9, deadlines: 'asleep' });
    expect(clock(simulated(5), { type: 'ClockReleased', data: {} })).toEqual({ mode: 'live' });
  });

  it('is never turned back', () => {
    given(created, simulated(5))
      .when({ type: 'AdvanceClock', data: { to: 4 } })
      .thenRejected('clock-backwards', { pointer: '/to' });
    given(created, simulated(5))
      .when({ type: 'SimulateClock', data: { at: 4, deadlines: 'awake' } })
      .thenRejected('clock-backwards', { pointer: '/at' });
    given(created, simulated(5))
      .when({ type: 'AdvanceClock', data: { to: 5 } })
      .then({ type: 'ClockAdvanced', data: { to: 5 } });
  });

  it('is neither moved nor released while it is live', () => {
    given(created)
      .when({ type: 'AdvanceClock', data: { to: 4 } })
      .thenRejected('clock-live');
    given(created).when({ type: 'ReleaseClock', data: {} }).thenRejected('clock-live');
    given(created, simulated(5))
      .when({ type: 'ReleaseClock', data: {} })
      .then({ type: 'ClockReleased', data: {} });
  });
});
