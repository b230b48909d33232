import { ClientError } from '../client-error.ts';
import type { Asking, Read } from '../reading/reading.ts';
import type { HttpPlace } from './http-place.ts';
import { againIn, answerOf, bodyOf, unreachable } from './read-answer.ts';

const WITHIN_MS = 10_000;

type Problem = { readonly code?: string; readonly detail?: string };

/** Why there is no answer, as an error with the engine's own code. */
export const refusal = (status: number, { code, detail }: Problem): ClientError => {
  if (status === 501) return new ClientError('not-available', detail ?? 'the engine cannot do that');
  if (code === undefined)
    return new ClientError('no-engine', `the answer was ${status}, and not an engine's`);
  return new ClientError(status >= 500 ? 'no-engine' : 'invalid-argument', `${code}: ${detail ?? ''}`);
};

/** One request that can be asked again. Rejects with a `ClientError` where it is not answered with what was asked for. */
export const asked = async <T>(
  { base, headers }: HttpPlace,
  tenant: string,
  path: string,
  init: { readonly method?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<T> => {
  const signal = AbortSignal.timeout(WITHIN_MS);
  const all = { ...headers, tenant, ...init.headers };
  const response = await fetch(base + path, { ...init, headers: all, signal }).catch(() => {
    throw new ClientError('no-engine', `no answer from ${base}`);
  });
  const body = (await response.json().catch(() => ({}))) as object;
  if (!response.ok) throw refusal(response.status, body);
  return body as T;
};

const NOTHING = 'unknown-stream';

/** One attempt to read what stands at a path. */
export const readOnce = async <T>(
  { base, headers }: HttpPlace,
  path: string,
  { tenant, minPosition, signal, leftMs }: Asking,
): Promise<Read<T>> => {
  const waiting = minPosition !== undefined && {
    'min-position': minPosition,
    prefer: `wait=${Math.floor(leftMs / 1000)}`,
  };
  const answer = await fetch(base + path, { headers: { ...headers, tenant, ...waiting }, signal })
    .then(answerOf)
    .catch(() => undefined);
  if (answer === undefined) return unreachable(base);
  const later = againIn(answer);
  if (later !== undefined) return later;
  const { status, text } = answer;
  const body = bodyOf(text);
  if (body['code'] === NOTHING) return { outcome: 'read', found: undefined };
  if (status < 200 || status > 299) throw refusal(status, body);
  return { outcome: 'read', found: body as T };
};
