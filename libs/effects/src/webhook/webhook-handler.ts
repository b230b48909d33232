import { failureOf } from '../call-failure.ts';
import type { CallOutcome, CallToMake, EffectHandler } from '../effect-handler.ts';
import { keyOf, signedHeaders } from '../signature.ts';
import { webhookBody } from './webhook-body.ts';

/** Origins that may be called at all, each with the secret that signs what goes there. */
export type WebhookOrigins = ReadonlyMap<string, string>;

const originOf = (url: string): string => (URL.canParse(url) ? new URL(url).origin : '');

/** The receiver's own words for it: it does not want to hear of this any more. */
const GONE = 410;

const outcomeOf = (status: number): CallOutcome => {
  const code = `http-${String(status)}`;
  if (status >= 200 && status < 300) return { outcome: 'succeeded', code };
  return { outcome: status === GONE ? 'refused' : 'failed', code };
};

/**
 * Tells a tenant's webhook of an event: an HTTP POST, signed, to an origin that the process was told of and to no other,
 * redirects included. What the receiver answers beside its status is not read.
 */
export const webhookHandler = ({
  origins,
  now,
}: {
  readonly origins: WebhookOrigins;
  /** Wall clock, ms. */
  readonly now: () => number;
}): EffectHandler => {
  const post = async (call: CallToMake, key: Buffer, signal: AbortSignal): Promise<CallOutcome> => {
    const body = webhookBody(call);
    const { effectId: id, traceparent } = call;
    const response = await fetch(call.url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/cloudevents+json; charset=utf-8',
        'user-agent': 'orderloom',
        ...signedHeaders(key, { id, at: now(), body }),
        ...(traceparent === null ? {} : { traceparent }),
      },
      ...{ body, signal },
    });
    await response.body?.cancel();
    return outcomeOf(response.status);
  };
  return {
    targetOf: ({ url }) => originOf(url),
    perform: async (call, signal) => {
      const key = keyOf(origins.get(originOf(call.url)) ?? '');
      if (key === undefined) return { outcome: 'refused', code: 'origin-not-allowed' };
      try {
        return await post(call, key, signal);
      } catch (error) {
        return failureOf(error);
      }
    },
  };
};
