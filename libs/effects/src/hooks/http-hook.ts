import { hookAnswerIn, type FindHook, type Hook, type HookAnswer } from '@orderloom/engine';
import { keyOf, signedHeaders } from '../signature.ts';

/** Where a hook of a tenant is, and the secret that signs what it is asked. */
export type HookAccess = {
  readonly tenant: string;
  readonly url: string;
  /** `whsec_` and base64. */
  readonly secret: string;
};

/** More than any answer has, bytes. */
const LONGEST_ANSWER = 65_536;

/** What an answer says; throws for one that cannot be used, without a word of it. */
const understood = (status: number, body: ArrayBuffer): HookAnswer => {
  if (status !== 200) throw new Error(`the hook answered with ${String(status)}`);
  if (body.byteLength > LONGEST_ANSWER) throw new Error('the answer of the hook is too long');
  const said = hookAnswerIn(JSON.parse(new TextDecoder().decode(body)));
  if (said === undefined) throw new Error('the answer of the hook is none');
  return said;
};

/**
 * A hook behind HTTP: a POST of the question as JSON, signed as webhooks are, to this address and to no other, redirects
 * included. It is asked once: what has no answer is no answer.
 */
export const httpHook = (
  { url, secret }: Pick<HookAccess, 'url' | 'secret'>,
  /** Wall clock, ms. */
  now: () => number,
): Hook => {
  const key = keyOf(secret);
  return async (question, signal) => {
    if (key === undefined) throw new TypeError('a secret is whsec_ and base64');
    const body = JSON.stringify(question);
    const response = await fetch(url, {
      ...{ method: 'POST', redirect: 'manual', signal, body },
      headers: {
        ...{ accept: 'application/json', 'content-type': 'application/json; charset=utf-8' },
        'user-agent': 'orderloom',
        ...signedHeaders(key, { id: `${question.hook}/${question.id}`, at: now(), body }),
      },
    });
    return understood(response.status, await response.arrayBuffer());
  };
};

/** The hooks that a process was told of, each for its own tenant only. */
export const httpHooks = (accesses: ReadonlyMap<string, HookAccess>, now: () => number): FindHook => {
  const hooks = new Map([...accesses].map(([name, access]) => [name, httpHook(access, now)]));
  return (tenant, name) => (accesses.get(name)?.tenant === tenant ? hooks.get(name) : undefined);
};
