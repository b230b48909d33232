import type { Reaction } from '@orderloom/decider';
import type { EffectGivenUpData } from '../messages/generated/effect.ts';
import type { EffectCall } from '../messages/generated/types.ts';
import type { TenantState } from '../tenant/state.ts';
import { alarmKeyOf } from './effect-key.ts';
import type { EffectState } from './state.ts';
import { UNSUBSCRIBED } from './wanted-call.ts';

/** What a webhook says that wants to hear of calls that come to nothing. */
export const ALARM = 'EffectGivenUp';

/**
 * A call that was given up is told to the tenant's other webhooks that want to hear of it. Whoever could not be reached is
 * not told that it could not be, and an alarm that nobody takes is no alarm again: it is listed as every call is.
 */
export const alarming: Reaction<EffectState, EffectGivenUpData, TenantState> = {
  sends: ['RequestEffect'],
  react: ({ call }, { attempts, code }, { key }, { global, version, recordedAt }) => {
    const { webhooks, clock } = global;
    if (call === null || webhooks === undefined || clock.mode === 'simulated') return [];
    if (call.eventType === ALARM || code === UNSUBSCRIBED) return [];
    const { handler, name: failed, subject, eventType, eventVersion } = call;
    const said = { attempts, code, handler, name: failed, orderId: subject, eventType, eventVersion };
    return Object.values(webhooks)
      .filter(({ name, events }) => events.includes(ALARM) && !(handler === 'webhook' && name === failed))
      .map(({ name, url, maxAttempts, firstRetryMs }) => {
        const alarm: EffectCall = {
          ...{ handler: 'webhook', name, url, subject, inOrder: false },
          ...{ eventType: ALARM, eventVersion: version, at: recordedAt, data: JSON.stringify(said) },
        };
        return {
          to: { type: 'effect', key: alarmKeyOf(key, version, name) },
          command: { type: 'RequestEffect', data: { call: alarm, maxAttempts, firstRetryMs, pausesMs: [] } },
        };
      });
  },
};
