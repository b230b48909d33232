import { EngineError } from '@orderloom/engine';

/** One version of a subject, as a registry keeps it. */
type SubjectVersion = { readonly id: number; readonly version: number; readonly json: string };

/** What a registry makes of a schema that is published: its id, or a refusal in its own words. */
type Published =
  { readonly id: number } | { readonly refused: { readonly status: number; readonly reason: string } };

export type RegistryApi = {
  /** Every version of a subject, oldest first; none where there is no such subject. */
  readonly versionsOf: (subject: string) => Promise<readonly SubjectVersion[]>;
  /** Adds a version to a subject; the same schema again gives the same id. */
  readonly publish: (subject: string, json: string) => Promise<Published>;
};

/** Where a registry is, and who asks; user and password never appear in a message. */
export type RegistryAddress = {
  readonly host: string;
  readonly auth: { readonly username: string; readonly password: string } | undefined;
};

/** One answer takes at most this long, ms: a registry that hangs is one that is away. */
export const ANSWER_WITHIN_MS = 5000;

/** Takes user and password out of an address. */
export const addressOf = (url: string): RegistryAddress => {
  const { origin, pathname, username, password } = new URL(url);
  const auth =
    username === ''
      ? undefined
      : { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  return { host: origin + pathname.replace(/\/+$/, ''), auth };
};

/** The registry cannot be asked just now; a later try may succeed. */
export const registryUnavailable = (message: string, cause?: unknown): EngineError =>
  new EngineError('registry-unavailable', message, { retryable: true, cause });

/** The registry answers, but not to this caller or not to this question: trying again changes nothing. */
const registryRefused = (message: string): EngineError =>
  new EngineError('registry-refused', message, { retryable: false });

type Answer = { readonly status: number; readonly body: unknown };

const NOT_FOUND = 404;
const TOO_MANY = 429;
const SERVER_ERROR = 500;

/** The part of the registry's protocol that its client library does not have, or not on every server. */
export const registryApi = ({ host, auth }: RegistryAddress): RegistryApi => {
  const headers = {
    'content-type': 'application/vnd.schemaregistry.v1+json',
    ...(auth && {
      authorization: `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}`,
    }),
  };
  const ask = async (method: 'GET' | 'POST', path: string, content?: object): Promise<Answer> => {
    const response = await fetch(`${host}/${path}`, {
      method,
      headers,
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      ...(content && { body: JSON.stringify(content) }),
    }).catch((error: unknown) => {
      throw registryUnavailable(`the schema registry at ${host} does not answer`, error);
    });
    const text = await response.text().catch(() => '');
    const { status } = response;
    if (status >= SERVER_ERROR || status === TOO_MANY)
      throw registryUnavailable(`the schema registry at ${host} answers ${status}`);
    return { status, body: jsonOf(text) };
  };
  const read = async (path: string): Promise<unknown> => {
    const { status, body } = await ask('GET', path);
    if (status === NOT_FOUND) return undefined;
    if (status !== 200) throw registryRefused(`the schema registry at ${host}: ${reasonOf(status, body)}`);
    return body;
  };

  return {
    versionsOf: async (subject) => {
      const path = `subjects/${encodeURIComponent(subject)}/versions`;
      const numbers = ((await read(path)) ?? []) as readonly number[];
      const versions: SubjectVersion[] = [];
      for (const number of numbers.toSorted((a, b) => a - b)) {
        const found = await read(`${path}/${number}`);
        if (found === undefined) continue;
        const { id, schema } = found as { readonly id: number; readonly schema: string };
        versions.push({ id, version: number, json: schema });
      }
      return versions;
    },
    publish: async (subject, json) => {
      const path = `subjects/${encodeURIComponent(subject)}/versions`;
      const { status, body } = await ask('POST', path, { schema: json });
      return status === 200
        ? { id: (body as { readonly id: number }).id }
        : { refused: { status, reason: reasonOf(status, body) } };
    },
  };
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

const reasonOf = (status: number, body: unknown): string => {
  const said = (body as { readonly message?: unknown } | undefined)?.message;
  return typeof said === 'string' ? said : `status ${status}`;
};
