import type { Reaction, SentCommand } from '@orderloom/decider';
import { chainKeyOf } from '../chain/chain-key.ts';
import type { OrderEvent } from '../messages/generated/order.ts';
import type { TenantState } from '../tenant/state.ts';
import { effectKeyOf } from './effect-key.ts';
import { requestCall, webhookCall, webhooksFor } from './webhook-calls.ts';

const NOBODY: readonly SentCommand[] = [];

const isSealed = (value: unknown): boolean =>
  value instanceof Uint8Array ||
  (typeof value === 'object' &&
    value !== null &&
    Object.values(value).some((one) => one instanceof Uint8Array));

/** Data as JSON; what is sealed, and what finds it, is left out: the outside has no key to open it. */
const openData = (data: object): string =>
  JSON.stringify(data, (_name, value: unknown) => (isSealed(value) ? undefined : value));

/**
 * Begins a call for each webhook of the tenant that wants to hear of this event, or queues it where calls keep their
 * order; the process manager of effects.
 */
export const tellWebhooks = (eventType: OrderEvent['type']): Reaction<unknown, object, TenantState> => ({
  sends: ['RequestEffect', 'QueueEffect'],
  react: (_state, data, stream, { global, version, recordedAt }) => {
    const hearing = webhooksFor(global, eventType);
    if (hearing.length === 0) return NOBODY;
    const about = { subject: stream.key, eventType, eventVersion: version, at: recordedAt };
    return hearing.map((webhook) => {
      const { name, inOrder } = webhook;
      const effectId = effectKeyOf(stream.key, version, name);
      const call = webhookCall(webhook, { ...about, data: openData(data) }, inOrder);
      return inOrder
        ? {
            to: { type: 'chain', key: chainKeyOf(stream.key, name) },
            command: { type: 'QueueEffect', data: { effectId, call } },
          }
        : requestCall(effectId, webhook, call);
    });
  },
});
