import { describe, expect, it } from '@jest/globals';
import { scenarios } from '@orderloom/testing';
import type { TenantEvent, WebhookSubscribedData } from '../messages/generated/tenant.ts';
import { noTenant } from './state.ts';
import { tenantStreamType } from './tenant-stream.ts';

const tenant = tenantStreamType({ lifecycles: [] });
const given = scenarios(tenant, {
  ...{ stream: { tenant: 'shop', type: 'tenant', key: 'shop' }, now: 1_000, global: undefined },
});
const created: TenantEvent = { type: 'TenantCreated', data: {} };
const hook = (name: string, more: Partial<WebhookSubscribedData> = {}): WebhookSubscribedData => ({
  ...{ name, url: 'https://wms.example/', events: ['OrderPlaced'], maxAttempts: 10, firstRetryMs: 5_000 },
  inOrder: false,
  ...more,
});
const subscribed = (data: WebhookSubscribedData): TenantEvent => ({ type: 'WebhookSubscribed', data });

describe('a tenant', () => {
  it('subscribes a webhook, and another one under its name replaces it', () => {
    given(created)
      .when({ type: 'SubscribeWebhook', data: hook('wms') })
      .then(subscribed(hook('wms')));
    const moved = hook('wms', { url: 'https://new.example/' });
    expect(given(created, subscribed(hook('wms')), subscribed(moved)).state.webhooks).toEqual({ wms: moved });
  });

  it('hears of no event that an order does not have', () => {
    const data = hook('wms', { events: ['OrderPlaced', 'OrderEaten'] });
    given(created)
      .when({ type: 'SubscribeWebhook', data })
      .thenRejected('unknown-event', { pointer: '/events/1' });
  });

  it('without its last webhook is as one that never had any', () => {
    const past = [created, subscribed(hook('wms'))];
    const unsubscribe = { type: 'UnsubscribeWebhook', data: { name: 'wms' } } as const;
    const unsubscribed = { type: 'WebhookUnsubscribed', data: { name: 'wms' } } as const;
    given(...past)
      .when(unsubscribe)
      .then(unsubscribed);
    expect(given(...past, unsubscribed).state).toEqual({ ...noTenant, created: true });
    given(created).when(unsubscribe).thenRejected('unknown-webhook');
  });

  it('has twenty at most, and may change those it has', () => {
    const many = Array.from({ length: 20 }, (_, n) => subscribed(hook(`hook-${String(n)}`)));
    given(created, ...many)
      .when({ type: 'SubscribeWebhook', data: hook('more') })
      .thenRejected('too-many-webhooks');
    given(created, ...many)
      .when({ type: 'SubscribeWebhook', data: hook('hook-3') })
      .then(subscribed(hook('hook-3')));
  });
});
