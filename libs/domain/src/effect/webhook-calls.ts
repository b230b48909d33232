import type { SentCommand } from '@orderloom/decider';
import type { WebhookSubscribedData } from '../messages/generated/tenant.ts';
import type { EffectCall } from '../messages/generated/types.ts';
import type { TenantState } from '../tenant/state.ts';

const NONE: readonly WebhookSubscribedData[] = [];

/**
 * The webhooks of a tenant that want to hear of an event. Nobody is told of what happens in simulated time: it is somebody's
 * past or somebody's test.
 */
export const webhooksFor = (
  { webhooks, clock }: TenantState,
  eventType: string,
): readonly WebhookSubscribedData[] =>
  webhooks === undefined || clock.mode === 'simulated'
    ? NONE
    : Object.values(webhooks).filter(({ events }) => events.includes(eventType));

type About = Pick<EffectCall, 'subject' | 'eventType' | 'eventVersion' | 'at' | 'data'>;

export const webhookCall = (
  { name, url }: WebhookSubscribedData,
  about: About,
  inOrder: boolean,
): EffectCall => ({ handler: 'webhook', name, url, inOrder, ...about });

/** Has a webhook called: the effect `key` is what it knows the call by. */
export const requestCall = (
  key: string,
  { maxAttempts, firstRetryMs }: WebhookSubscribedData,
  call: EffectCall,
): SentCommand => ({
  to: { type: 'effect', key },
  command: { type: 'RequestEffect', data: { call, maxAttempts, firstRetryMs, pausesMs: [] } },
});
