import type {
  Heard,
  LegAnswer,
  PaymentAnswer,
  PaymentProvider,
  RefundAnswer,
  Silence,
} from '@orderloom/engine';
import { failureOf } from '../call-failure.ts';
import { readAnswer, type Matter, type Said } from './provider-answer.ts';

/** Where a provider's account is, and what opens it. */
export type ProviderAccess = {
  /** Without a slash at its end. */
  readonly url: string;
  readonly token: string;
};

/** More than any answer of the protocol has, bytes. */
const LONGEST_ANSWER = 65_536;

type Method = 'GET' | 'PUT';
type Reply = { readonly status: number; readonly body: Uint8Array };
type Request = {
  readonly method: Method;
  readonly path: string;
  readonly signal: AbortSignal;
  readonly sent?: object;
  readonly heard: Heard | undefined;
};

const silent = (code: string, sent: boolean): Silence => ({ status: 'silent', code, sent });

/** What a reply says; only a question can be answered by "not known". */
const understood = ({ status, body }: Reply, matter: Matter): Said | Silence => {
  if (status === 404) return { status: 'unknown' };
  if (status < 200 || status >= 300) return silent(`http-${String(status)}`, true);
  const text = body.byteLength > LONGEST_ANSWER ? '' : new TextDecoder().decode(body);
  return readAnswer(text, matter) ?? silent('malformed-answer', true);
};

/** A stop of ours is no answer of theirs. */
const isStopped = (signal: AbortSignal): boolean =>
  signal.aborted && (signal.reason as { name?: unknown } | undefined)?.name !== 'TimeoutError';

/**
 * A provider that speaks the protocol of docs/reference/payment-providers.md: JSON over HTTP with a bearer token.
 * Redirects are not followed: the token is for this address.
 */
export const httpPaymentProvider = ({ url, token }: ProviderAccess): PaymentProvider => {
  const call = async ({ method, path, signal, sent }: Request): Promise<Reply> => {
    const response = await fetch(`${url}${path}`, {
      ...{ method, redirect: 'manual', signal },
      headers: {
        ...{ accept: 'application/json', authorization: `Bearer ${token}`, 'user-agent': 'orderloom' },
        ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
    });
    return { status: response.status, body: new Uint8Array(await response.arrayBuffer()) };
  };
  const ask = async (matter: Matter, request: Request): Promise<Said | Silence> => {
    const { method, path, sent, heard, signal } = request;
    const said = JSON.stringify({ call: `${method} ${path}`, ...sent });
    try {
      const reply = await call(request);
      heard?.({ sent: said, received: reply.body });
      return understood(reply, matter);
    } catch (error) {
      heard?.({ sent: said, received: null });
      if (isStopped(signal)) throw error;
      const { outcome, code } = failureOf(error);
      return silent(code, outcome === 'unknown');
    }
  };
  const named = (kind: string, name: string): string => `/${kind}/${encodeURIComponent(name)}`;
  const askOfLeg = async (
    method: Method,
    path: string,
    ...[signal, heard, sent]: [AbortSignal, Heard | undefined, object?]
  ): Promise<LegAnswer> =>
    (await ask('leg', { method, path, signal, heard, ...(sent && { sent }) })) as LegAnswer;
  return {
    paymentOf: async (paymentId, signal, heard) => {
      const path = named('payments', paymentId);
      return (await ask('payment', { method: 'GET', path, signal, heard })) as PaymentAnswer;
    },
    refund: async ({ key, ...sent }, signal, heard) => {
      const path = named('refunds', key);
      return (await ask('refund', { method: 'PUT', path, signal, sent, heard })) as RefundAnswer;
    },
    refundOf: async (key, signal, heard) => {
      const path = named('refunds', key);
      return (await ask('refund', { method: 'GET', path, signal, heard })) as RefundAnswer;
    },
    freeze: ({ key, ...sent }, signal, heard) => askOfLeg('PUT', named('legs', key), signal, heard, sent),
    capture: (key, signal, heard) => askOfLeg('PUT', `${named('legs', key)}/capture`, signal, heard),
    release: (key, signal, heard) => askOfLeg('PUT', `${named('legs', key)}/release`, signal, heard),
    legOf: (key, signal, heard) => askOfLeg('GET', named('legs', key), signal, heard),
  };
};
