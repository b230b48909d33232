import type { Violation } from '@orderloom/engine';
import { ClientError } from '../client-error.ts';
import type { Done, Result, TryAgain } from '../result.ts';

/** What an address answered. */
export type Answer = { readonly status: number; readonly retryAfter: string | null; readonly text: string };

type Body = Readonly<Record<string, unknown>>;

const TOO_BUSY: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);
const CONFLICT = 412;
const PENDING = 202;

const textIn = (body: Body, name: string): string => {
  const value = body[name];
  return typeof value === 'string' ? value : '';
};

/** Reads an answer to its end. */
export const answerOf = async (response: Response): Promise<Answer> => ({
  status: response.status,
  retryAfter: response.headers.get('retry-after'),
  text: await response.text(),
});

/** Whether a request arrived is not known: asking again finds out. */
export const unreachable = (base: string): TryAgain => ({
  outcome: 'again',
  code: 'unreachable',
  reason: `no answer from ${base}`,
});

/** The members of an answer; none where it is no JSON object. */
export const bodyOf = (text: string): Body => {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? (body as Body) : {};
  } catch {
    return {};
  }
};

const doneOf = (body: Body, key: string): Result => {
  const outcome = body['result'];
  const id = textIn(body, 'orderId') || textIn(body, 'key');
  if ((outcome !== 'accepted' && outcome !== 'duplicate') || id === '')
    throw new ClientError('no-engine', 'what answers at this address is no Orderloom engine');
  const position = textIn(body, 'position');
  return {
    ...{ outcome, key, id },
    version: Number(body['version']),
    position: position === '' ? null : position,
    status: (body['status'] ?? null) as Done['status'],
  };
};

const whereabouts = (body: Body) => ({
  ...(body['currentStatus'] !== undefined && {
    currentStatus: body['currentStatus'] as NonNullable<Done['status']>,
  }),
  ...(Array.isArray(body['allowedCommands']) && { allowedCommands: body['allowedCommands'] as string[] }),
});

/** What is there, where the caller expected something else. */
const presentIn = (body: Body) => ({
  ...(typeof body['currentVersion'] === 'number' && { currentVersion: body['currentVersion'] }),
  ...(body['currentSections'] !== undefined && {
    currentSections: body['currentSections'] as Readonly<Record<string, number>>,
  }),
});

/** Places count from the command's data on, as they do wherever a command is not wrapped in a request. */
const errorsIn = (body: Body, prefix: string): readonly Violation[] =>
  ((body['errors'] ?? []) as readonly Violation[]).map(({ pointer, message }) => ({
    pointer: pointer.startsWith(`${prefix}/`) ? pointer.slice(prefix.length) : pointer,
    message,
  }));

const againOf = ({ status, retryAfter }: Omit<Answer, 'text'>, body: Body): TryAgain => {
  const seconds = Number(retryAfter ?? 0);
  return {
    outcome: 'again',
    code: textIn(body, 'code') || (status === PENDING ? 'pending' : `http-${status}`),
    reason: textIn(body, 'detail') || `the answer was ${status}`,
    ...(seconds > 0 && { afterMs: seconds * 1000 }),
  };
};

/** Whether the same request may be answered later. */
export const againIn = (answer: Answer): TryAgain | undefined =>
  TOO_BUSY.has(answer.status) ? againOf(answer, bodyOf(answer.text)) : undefined;

/** What the edge's answer to a command says. Throws `no-engine` where it cannot be an engine's. */
export const readAnswer = (
  answer: Omit<Answer, 'text'>,
  body: Body,
  { key, prefix }: { readonly key: string; readonly prefix: string },
): Result | TryAgain => {
  const { status } = answer;
  if (TOO_BUSY.has(status) || status === PENDING) return againOf(answer, body);
  if (status < 300) return doneOf(body, key);
  const code = textIn(body, 'code');
  if (code === '') throw new ClientError('no-engine', `the answer was ${status}, and not an engine's`);
  const reason = textIn(body, 'detail');
  return status === CONFLICT
    ? { outcome: 'conflict', key, reason, ...presentIn(body), ...whereabouts(body) }
    : { outcome: 'refused', key, code, reason, errors: errorsIn(body, prefix), ...whereabouts(body) };
};
