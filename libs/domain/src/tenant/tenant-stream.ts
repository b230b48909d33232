import {
  defineStreamType,
  slotOf,
  type Explanation,
  type Reaction,
  type StreamType,
} from '@orderloom/decider';
import type { TenantCommand, TenantCreatedData, TenantEvent } from '../messages/generated/tenant.ts';
import type { PublishedLifecycle } from '../order/lifecycle/definition.ts';
import { decideTenant } from './decide.ts';
import { evolveTenant } from './evolve.ts';
import { noTenant, type TenantState } from './state.ts';

/** A new tenant gets every lifecycle of this build. */
const publishAll = (lifecycles: readonly PublishedLifecycle[]): Reaction<TenantState, TenantCreatedData> => ({
  sends: ['PublishLifecycle'],
  react: (_state, _data, stream) =>
    lifecycles.map((data) => ({
      to: { type: 'tenant', key: stream.key },
      command: { type: 'PublishLifecycle', data },
    })),
});

/** Commands that take away what is there. */
const named = ({ webhooks, providers, hooks, sourcing = {} }: TenantState): readonly string[] => [
  ...(webhooks === undefined ? [] : ['UnsubscribeWebhook']),
  ...(providers === undefined ? [] : ['UnregisterPaymentProvider']),
  ...(hooks === undefined ? [] : ['UnregisterHook']),
  ...(Object.keys(sourcing).length === 0 ? [] : ['DropSourcing']),
];

const explainTenant = (state: TenantState): Explanation => {
  if (!state.created) return { status: { status: 'none' }, allowedCommands: ['CreateTenant'], mayRefuse: [] };
  const simulated = state.clock.mode === 'simulated';
  return {
    status: { clock: state.clock.mode },
    allowedCommands: [
      'SetPolicy',
      'PublishLifecycle',
      'SubscribeWebhook',
      ...named(state),
      'SetSourcing',
      'RegisterPaymentProvider',
      'RegisterHook',
      'SimulateClock',
      ...(simulated ? ['AdvanceClock', 'ReleaseClock'] : []),
    ],
    mayRefuse: [
      ...['PublishLifecycle', 'SubscribeWebhook', 'SetSourcing', 'RegisterPaymentProvider', 'RegisterHook'],
      ...named(state),
      ...(simulated ? ['SimulateClock', 'AdvanceClock'] : []),
    ],
  };
};

/** The stream of one tenant: key = tenant name. Every decision of the tenant's other streams may read its state. */
export const tenantStreamType = ({
  lifecycles,
}: {
  readonly lifecycles: readonly PublishedLifecycle[];
}): StreamType<TenantState, TenantCommand, TenantEvent> =>
  defineStreamType<TenantState, TenantCommand, TenantEvent, unknown>({
    name: 'tenant',
    foldId: 'tenant-6',
    decider: { initialState: noTenant, decide: decideTenant, evolve: evolveTenant, isTerminal: () => false },
    closes: 'never',
    slotOf,
    commands: {
      CreateTenant: { emits: ['TenantCreated'] },
      SetPolicy: { emits: ['PolicySet'] },
      PublishLifecycle: { emits: ['LifecyclePublished'] },
      SubscribeWebhook: { emits: ['WebhookSubscribed'] },
      UnsubscribeWebhook: { emits: ['WebhookUnsubscribed'] },
      SetSourcing: { emits: ['SourcingSet'] },
      DropSourcing: { emits: ['SourcingDropped'] },
      RegisterPaymentProvider: { emits: ['PaymentProviderRegistered'] },
      UnregisterPaymentProvider: { emits: ['PaymentProviderUnregistered'] },
      RegisterHook: { emits: ['HookRegistered'] },
      UnregisterHook: { emits: ['HookUnregistered'] },
      SimulateClock: { emits: ['ClockSimulated'] },
      AdvanceClock: { emits: ['ClockAdvanced'] },
      ReleaseClock: { emits: ['ClockReleased'] },
    },
    explain: explainTenant,
    reactions: { TenantCreated: publishAll(lifecycles) },
  });
