import type { Reaction } from '@orderloom/decider';
import type { EffectGivenUpData } from '../messages/generated/effect.ts';
import type { TenantState } from '../tenant/state.ts';
import { alarmKeyOf } from './effect-key.ts';
import type { EffectState } from './state.ts';
import { UNSUBSCRIBED } from './wanted-call.ts';
import { requestCall, webhookCall, webhooksFor } from './webhook-calls.ts';

/** What a webhook says that wants to hear of calls that come to nothing. */
export const ALARM = 'EffectGivenUp';

/**
 * A call that was given up is told to the tenant's other webhooks that want to hear of it. Whoever could not be reached is
 * not told that it could not be, and an alarm that nobody takes is no alarm again: it is listed as every call is.
 */
export const alarming: Reaction<EffectState, EffectGivenUpData, TenantState> = {
  sends: ['RequestEffect'],
  react: ({ call }, { attempts, code }, { key }, { global, version, recordedAt }) => {
    if (call === null || call.eventType === ALARM || code === UNSUBSCRIBED) return [];
    const { handler, name: failed, subject, eventType, eventVersion } = call;
    const said = { attempts, code, handler, name: failed, orderId: subject, eventType, eventVersion };
    const about = { subject, eventType: ALARM, eventVersion: version, at: recordedAt };
    return webhooksFor(global, ALARM)
      .filter(({ name }) => !(handler === 'webhook' && name === failed))
      .map((webhook) => {
        const alarm = webhookCall(webhook, { ...about, data: JSON.stringify(said) }, false);
        return requestCall(alarmKeyOf(key, version, webhook.name), webhook, alarm);
      });
  },
};
