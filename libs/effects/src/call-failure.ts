import type { CallOutcome } from './effect-handler.ts';

/** Nothing has left this machine for the one that is called. */
const NEVER_SENT = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'],
  ...['ERR_TLS_CERT_ALTNAME_INVALID', 'CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
]);

/** What stands behind an error of `fetch`; not by `instanceof`: the runtime's own errors may be of another realm. */
const causeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'cause' in error && error.cause !== undefined
    ? error.cause
    : error;

/** What is known of a call that `fetch` has thrown for. */
export const failureOf = (error: unknown): CallOutcome => {
  const cause = causeOf(error);
  const named = typeof cause === 'object' && cause !== null ? cause : {};
  if ('code' in named && NEVER_SENT.has(String(named.code)))
    return { outcome: 'failed', code: 'unreachable' };
  if ('name' in named && named.name === 'TimeoutError') return { outcome: 'unknown', code: 'timeout' };
  return { outcome: 'unknown', code: 'no-answer' };
};
