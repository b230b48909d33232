import type { Reaction, SentCommand } from '@orderloom/decider';
import { chainKeyOf } from '../chain/chain-key.ts';
import type { EffectCall } from '../messages/generated/types.ts';
import type { OrderEvent } from '../messages/generated/order.ts';
import type { TenantState } from '../tenant/state.ts';
import { effectKeyOf } from './effect-key.ts';

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
 * Nobody is told of what happens in simulated time: it is somebody's past or somebody's test.
 */
export const tellWebhooks = (eventType: OrderEvent['type']): Reaction<unknown, object, TenantState> => ({
  sends: ['RequestEffect', 'QueueEffect'],
  react: (_state, data, stream, { global, version, recordedAt }) => {
    const { webhooks, clock } = global;
    if (webhooks === undefined || clock.mode === 'simulated') return NOBODY;
    return Object.values(webhooks)
      .filter(({ events }) => events.includes(eventType))
      .map(({ name, url, maxAttempts, firstRetryMs, inOrder }) => {
        const effectId = effectKeyOf(stream.key, version, name);
        const call: EffectCall = {
          ...{ handler: 'webhook', name, url, subject: stream.key, inOrder },
          ...{ eventType, eventVersion: version, at: recordedAt, data: openData(data) },
        };
        return inOrder
          ? {
              to: { type: 'chain', key: chainKeyOf(stream.key, name) },
              command: { type: 'QueueEffect', data: { effectId, call } },
            }
          : {
              to: { type: 'effect', key: effectId },
              command: { type: 'RequestEffect', data: { call, maxAttempts, firstRetryMs, pausesMs: [] } },
            };
      });
  },
});
