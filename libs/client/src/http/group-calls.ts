import { EngineError, logUnavailable } from '@orderloom/engine';
import { ClientError } from '../client-error.ts';
import type { ConsumedEvent } from '../consuming/event.ts';
import type { Following } from '../consuming/following.ts';
import type { Membership } from '../transport.ts';
import type { HttpPlace } from './http-place.ts';
import { incomingOf } from './incoming.ts';

/** The two requests of a member of a group. */
export type GroupCalls = {
  /** The stream of the group's events. Throws `LogUnavailable` where it may be had later. */
  readonly listen: (signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>;
  /** Says how far the member has come. `lost`: another one reads for the group; `again`: nobody has heard it. */
  readonly say: (progress: object, signal: AbortSignal) => Promise<Heard | 'lost' | 'again'>;
  readonly load: Following['load'];
};

/** What was said is kept; these streams are to be redriven. */
export type Heard = { readonly redrive: readonly string[] };

const SAY_WITHIN_MS = 5_000;
const LOST = 409;
const NOTHING = 404;

/** What was answered instead of events. A time-out, a stop or too many readers pass. */
const failureOf = async (response: Response): Promise<EngineError> => {
  const { code = '', detail = '' } = (await response.json().catch(() => ({}))) as Record<string, string>;
  if (response.status >= 500)
    return logUnavailable(detail === '' ? `the answer was ${response.status}` : detail);
  return new EngineError(code === '' ? 'no-engine' : code, detail, { retryable: false });
};

const notAvailable = (): never => {
  throw new ClientError(
    'not-available',
    'this engine hands out no events over HTTP, or has no such tenant: consume in its process, or over Kafka',
  );
};

/** Throws `not-available` where the engine that answers has no events for groups; one that is away is no obstacle. */
export const groupCalls = async (
  { base, headers }: HttpPlace,
  { tenant, group, events }: Membership,
): Promise<GroupCalls> => {
  const address = `${base}/v1/groups/${encodeURIComponent(group)}`;
  const wanted = new URLSearchParams({
    stream: 'order',
    ...(events !== undefined && { type: events.join() }),
  });
  const listening = `${address}/events?${wanted.toString()}`;
  const all = { ...headers, tenant };
  const asked = await fetch(listening, { method: 'HEAD', headers: all }).catch(() => undefined);
  if (asked?.status === 501 || asked?.status === 404) notAvailable();
  return {
    listen: async (signal) => {
      const response = await fetch(listening, { headers: all, signal }).catch((error: unknown) => {
        throw logUnavailable(`no answer from ${base}`, error);
      });
      if (!response.ok || response.body === null) throw await failureOf(response);
      return response.body;
    },
    say: async (progress, signal) => {
      try {
        const response = await fetch(`${address}/progress`, {
          ...{ method: 'PUT', headers: { ...all, 'content-type': 'application/json' } },
          body: JSON.stringify(progress),
          signal: AbortSignal.any([signal, AbortSignal.timeout(SAY_WITHIN_MS)]),
        });
        if (response.ok) return (await response.json()) as Heard;
        await response.body?.cancel();
        return response.status === LOST ? 'lost' : 'again';
      } catch {
        return 'again';
      }
    },
    load: async (streamId, version) => {
      const key = streamId.split('/').slice(2).join('/');
      const query = `after=${version - 1}&limit=1`;
      const response = await fetch(`${base}/v1/orders/${encodeURIComponent(key)}/events?${query}`, {
        headers: all,
      }).catch((error: unknown) => {
        throw logUnavailable(`no answer from ${base}`, error);
      });
      if (response.status === NOTHING) return undefined;
      if (!response.ok) throw await failureOf(response);
      const {
        events: [event],
      } = (await response.json()) as { readonly events: readonly ConsumedEvent[] };
      return event && incomingOf(event);
    },
  };
};
