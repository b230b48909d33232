import type { PaymentAnswer, PaymentProvider, RefundAnswer, Silence } from '@orderloom/engine';
import { failureOf } from '../call-failure.ts';
import { readAnswer, type Said } from './provider-answer.ts';

/** Where a provider's account is, and what opens it. */
export type ProviderAccess = {
  /** Without a slash at its end. */
  readonly url: string;
  readonly token: string;
};

/** More than any answer of the protocol has, bytes. */
const LONGEST_ANSWER = 65_536;

type Method = 'GET' | 'PUT';
type Reply = { readonly status: number; readonly body: string };

const silent = (code: string, sent: boolean): Silence => ({ status: 'silent', code, sent });

const textOf = async (response: Response): Promise<string | undefined> => {
  const bytes = await response.arrayBuffer();
  return bytes.byteLength > LONGEST_ANSWER ? undefined : new TextDecoder().decode(bytes);
};

/** What a reply says; only a question can be answered by "not known". */
const understood = ({ status, body }: Reply, done: 'paid' | 'refunded'): Said | Silence => {
  if (status === 404) return { status: 'unknown' };
  if (status < 200 || status >= 300) return silent(`http-${String(status)}`, true);
  return readAnswer(body, done) ?? silent('malformed-answer', true);
};

/**
 * A provider that speaks the protocol of docs/reference/payment-providers.md: JSON over HTTP with a bearer token.
 * Redirects are not followed: the token is for this address.
 */
export const httpPaymentProvider = ({ url, token }: ProviderAccess): PaymentProvider => {
  const call = async (method: Method, path: string, signal: AbortSignal, sent?: object): Promise<Reply> => {
    const response = await fetch(`${url}${path}`, {
      ...{ method, redirect: 'manual', signal },
      headers: {
        ...{ accept: 'application/json', authorization: `Bearer ${token}`, 'user-agent': 'orderloom' },
        ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
    });
    return { status: response.status, body: (await textOf(response)) ?? '' };
  };
  const ask = async (
    done: 'paid' | 'refunded',
    signal: AbortSignal,
    reply: () => Promise<Reply>,
  ): Promise<Said | Silence> => {
    try {
      return understood(await reply(), done);
    } catch (error) {
      if (signal.aborted && (signal.reason as { name?: unknown } | undefined)?.name !== 'TimeoutError')
        throw error;
      const { outcome, code } = failureOf(error);
      return silent(code, outcome === 'unknown');
    }
  };
  const named = (kind: string, name: string): string => `/${kind}/${encodeURIComponent(name)}`;
  return {
    paymentOf: async (paymentId, signal) =>
      (await ask('paid', signal, () => call('GET', named('payments', paymentId), signal))) as PaymentAnswer,
    refund: async ({ key, ...refund }, signal) =>
      (await ask('refunded', signal, () =>
        call('PUT', named('refunds', key), signal, refund),
      )) as RefundAnswer,
    refundOf: async (key, signal) =>
      (await ask('refunded', signal, () => call('GET', named('refunds', key), signal))) as RefundAnswer,
  };
};
