import type { TenantClock } from '@orderloom/decider';
import type { TenantEvent } from '../messages/generated/tenant.ts';
import { withHook, withoutHook } from './hooks.ts';
import { withoutProvider, withProvider } from './providers.ts';
import { withLifecycle } from './publishing.ts';
import { withoutSourcing, withSourcing } from './sourcing.ts';
import type { TenantState } from './state.ts';
import { withoutWebhook, withWebhook } from './webhooks.ts';

const advanced = (clock: TenantClock, to: number): TenantClock =>
  clock.mode === 'simulated' ? { mode: 'simulated', now: to, deadlines: clock.deadlines } : clock;

/** Folds one event of a tenant. */
export const evolveTenant = (state: TenantState, event: TenantEvent): TenantState => {
  switch (event.type) {
    case 'TenantCreated':
      return { ...state, created: true };
    case 'PolicySet':
      return { ...state, policy: event.data };
    case 'LifecyclePublished':
      return withLifecycle(state, event.data);
    case 'WebhookSubscribed':
      return withWebhook(state, event.data);
    case 'WebhookUnsubscribed':
      return withoutWebhook(state, event.data.name);
    case 'SourcingSet':
      return withSourcing(state, event.data);
    case 'SourcingDropped':
      return withoutSourcing(state, event.data.sku);
    case 'PaymentProviderRegistered':
      return withProvider(state, event.data);
    case 'PaymentProviderUnregistered':
      return withoutProvider(state, event.data.name);
    case 'HookRegistered':
      return withHook(state, event.data);
    case 'HookUnregistered':
      return withoutHook(state, event.data.name);
    case 'ClockSimulated': {
      const deadlines = event.data.deadlines === 'asleep' ? 'asleep' : 'awake';
      return { ...state, clock: { mode: 'simulated', now: event.data.at, deadlines } };
    }
    case 'ClockAdvanced':
      return { ...state, clock: advanced(state.clock, event.data.to) };
    case 'ClockReleased':
      return { ...state, clock: { mode: 'live' } };
  }
};
