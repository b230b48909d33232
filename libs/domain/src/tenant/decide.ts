import { accept, refuseMissing, refuseState, type DecideContext, type Decision } from '@orderloom/decider';
import type { SetPolicyData, TenantCommand, TenantEvent } from '../messages/generated/tenant.ts';
import { advanceClock, releaseClock, simulateClock } from './clock.ts';
import { registerHook, unregisterHook } from './hooks.ts';
import { registerProvider, unregisterProvider } from './providers.ts';
import { publishLifecycle } from './publishing.ts';
import { dropSourcing, setSourcing } from './sourcing.ts';
import type { TenantPolicy, TenantState } from './state.ts';
import { subscribeWebhook, unsubscribeWebhook } from './webhooks.ts';

/** What is said replaces what is; null keeps it. */
const changedPolicy = (now: TenantPolicy, said: SetPolicyData): TenantPolicy => ({
  duplicateWindowMs: said.duplicateWindowMs ?? now.duplicateWindowMs,
  paymentTimeoutMs: said.paymentTimeoutMs ?? now.paymentTimeoutMs,
  reminderAfterMs: said.reminderAfterMs ?? now.reminderAfterMs,
  maxReminders: said.maxReminders ?? now.maxReminders,
  receiveAfterMs: said.receiveAfterMs ?? now.receiveAfterMs,
  completeAfterMs: said.completeAfterMs ?? now.completeAfterMs,
  reviewAfterMs: said.reviewAfterMs ?? now.reviewAfterMs,
  paymentTimeouts: said.paymentTimeouts ?? now.paymentTimeouts,
  stock: said.stock ?? now.stock,
  location: said.location ?? now.location,
  defaultLifecycle: said.defaultLifecycle ?? now.defaultLifecycle,
  refundOrder: said.refundOrder ?? now.refundOrder,
  approvalLimits: said.approvalLimits ?? now.approvalLimits,
  approvalTimeoutMs: said.approvalTimeoutMs ?? now.approvalTimeoutMs,
  fulfilment: said.fulfilment ?? now.fulfilment,
  acknowledgeWithinMs: said.acknowledgeWithinMs ?? now.acknowledgeWithinMs,
  maxRequests: said.maxRequests ?? now.maxRequests,
  billTimeoutMs: said.billTimeoutMs ?? now.billTimeoutMs,
});

/** What a tenant may change about itself. */
export const decideTenant = (
  state: TenantState,
  command: TenantCommand,
  context: Pick<DecideContext, 'stream'>,
): Decision<TenantEvent> => {
  const key = context.stream.key;
  if (command.type === 'CreateTenant')
    return state.created
      ? refuseState('tenant-exists', `tenant ${key} exists`)
      : accept({ type: 'TenantCreated', data: {} });
  if (!state.created) return refuseMissing('unknown-tenant', `there is no tenant ${key}`);
  switch (command.type) {
    case 'SetPolicy':
      return accept({ type: 'PolicySet', data: changedPolicy(state.policy, command.data) });
    case 'PublishLifecycle':
      return publishLifecycle(state, command.data);
    case 'SubscribeWebhook':
      return subscribeWebhook(state, command.data);
    case 'UnsubscribeWebhook':
      return unsubscribeWebhook(state, command.data.name);
    case 'SetSourcing':
      return setSourcing(state, command.data);
    case 'DropSourcing':
      return dropSourcing(state, command.data.sku);
    case 'RegisterPaymentProvider':
      return registerProvider(state, command.data);
    case 'UnregisterPaymentProvider':
      return unregisterProvider(state, command.data.name);
    case 'RegisterHook':
      return registerHook(state, command.data);
    case 'UnregisterHook':
      return unregisterHook(state, command.data.name);
    case 'SimulateClock':
      return simulateClock(state.clock, command.data);
    case 'AdvanceClock':
      return advanceClock(state.clock, command.data);
    case 'ReleaseClock':
      return releaseClock(state.clock);
  }
};
