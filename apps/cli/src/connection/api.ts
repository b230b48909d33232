import { CliError, EXIT, unreachable } from '../cli-error.ts';
import { type HttpCall, httpCall, type HttpReply } from './http-call.ts';

export type Json = Readonly<Record<string, unknown>>;

/** What the engine said, whatever it was. */
export type Answer = {
  readonly status: number;
  readonly body: Json;
  readonly header: (name: string) => string | null;
};

/** A problem (RFC 9457) as the engine's edge writes it. */
export type Problem = {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly currentStatus?: Readonly<Record<string, string>>;
  readonly allowedCommands?: readonly string[];
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[];
};

/** An engine over HTTP, for one tenant. */
export type Api = {
  readonly url: string;
  readonly tenant: string;
  readonly get: (path: string, headers?: Readonly<Record<string, string>>) => Promise<Answer>;
  /** `key`: the idempotency key; the same key and content has one effect, however often it is sent. */
  readonly post: (
    path: string,
    key: string,
    body: object,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Answer>;
  readonly forTenant: (tenant: string) => Api;
};

const causeOf = (error: unknown): string => (error instanceof Error ? error.message : 'no answer');

/** Talks to the engine at `url`. Every call throws `unreachable` where there is no answer. */
export const apiAt = (url: string, tenant: string): Api => {
  const call = async (path: string, content: HttpCall): Promise<Answer> => {
    let reply: HttpReply;
    try {
      reply = await httpCall(url + path, content);
    } catch (error) {
      throw unreachable(
        'engine-unreachable',
        `no answer from ${url}: ${causeOf(error)}`,
        'see whether the engine runs (orderloom serve), then run the same line again',
      );
    }
    const { status, headers, text } = reply;
    return { status, body: bodyOf(text, url), header: (name) => headers[name]?.toString() ?? null };
  };
  return {
    url,
    tenant,
    get: (path, headers = {}) =>
      call(path, { method: 'GET', headers: { ...headers, tenant }, body: undefined }),
    post: (path, key, body, headers = {}) =>
      call(path, {
        method: 'POST',
        headers: { ...headers, tenant, 'content-type': 'application/json', 'idempotency-key': `"${key}"` },
        body: JSON.stringify(body),
      }),
    forTenant: (other) => apiAt(url, other),
  };
};

const bodyOf = (text: string, url: string): Json => {
  try {
    const body: unknown = text === '' ? {} : JSON.parse(text);
    if (typeof body === 'object' && body !== null) return body as Json;
  } catch {
    // Falls through: whatever it is, it is no engine's answer.
  }
  throw unreachable('no-engine', `what answers at ${url} is no Orderloom engine`, 'check --url and --data');
};

/** The problem in an answer; `undefined` where the engine did what was asked. */
export const problemIn = ({ status, body }: Answer): Problem | undefined =>
  status < 400
    ? undefined
    : {
        ...body,
        status,
        code: typeof body['code'] === 'string' ? body['code'] : `http-${status}`,
        title: typeof body['title'] === 'string' ? body['title'] : '',
        detail: typeof body['detail'] === 'string' ? body['detail'] : '',
      };

const remedyOf = (problem: Problem): string => {
  if (problem.code === 'unknown-tenant')
    return 'name one that exists with --tenant, or make it with CreateTenant';
  if (problem.status >= 500) return 'nothing was changed; try again';
  if (problem.allowedCommands)
    return `possible now: ${problem.allowedCommands.join(', ') || 'nothing any more'}`;
  return 'correct what was sent; `orderloom explain` says what is possible';
};

/** A problem as the end of a command. */
export const refusal = (problem: Problem): CliError => {
  const exitCode =
    problem.status === 501 ? EXIT.notAvailable : problem.status >= 500 ? EXIT.unreachable : EXIT.refused;
  const { code, detail, title, currentStatus, allowedCommands, errors } = problem;
  return new CliError(exitCode, {
    ...{ code, message: detail || title, remedy: remedyOf(problem) },
    details: {
      ...(currentStatus && { currentStatus }),
      ...(allowedCommands && { allowedCommands }),
      ...(errors && { errors }),
    },
  });
};

/** The body of an answer; throws its problem. */
export const bodyIn = (answer: Answer): Json => {
  const problem = problemIn(answer);
  if (problem) throw refusal(problem);
  return answer.body;
};
