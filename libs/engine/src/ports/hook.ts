/** A command that waits for a verdict, as far as it concerns somebody outside: nothing personal is in it. */
export type HookQuestion = {
  /** Idempotency key of the command: asked again under it, one is asked the same. */
  readonly id: string;
  readonly tenant: string;
  /** Name of who is asked. */
  readonly hook: string;
  /** The moment of the stream's life that the command is. */
  readonly before: string;
  /** Type and key of the stream; `key` is '' for a command that makes its stream. */
  readonly stream: { readonly type: string; readonly key: string };
  readonly command: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly actor: string | null;
  readonly channel: string | null;
};

export type HookAnswer = {
  readonly verdict: 'pass' | 'hold' | 'refuse';
  /** A code; it stands in the log for ever, and in answers. `null`: none. */
  readonly reason: string | null;
};

/**
 * Somebody who is asked before a command is decided. Rejects where no answer can be had; once the signal is aborted
 * nobody waits any more, and what comes is not looked at.
 */
export type Hook = (question: HookQuestion, signal: AbortSignal) => Promise<HookAnswer>;

/** The hook of a tenant by its name; `undefined`: this process does not know where it is. */
export type FindHook = (tenant: string, name: string) => Hook | undefined;

const REASON = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const VERDICTS: readonly unknown[] = ['pass', 'hold', 'refuse'] satisfies HookAnswer['verdict'][];

/** What somebody has answered; a reason that is no code is left out, for it may hold a name. `undefined`: no answer. */
export const hookAnswerIn = (said: unknown): HookAnswer | undefined => {
  if (typeof said !== 'object' || said === null || !('verdict' in said)) return undefined;
  const { verdict } = said;
  if (!VERDICTS.includes(verdict)) return undefined;
  const reason =
    'reason' in said && typeof said.reason === 'string' && REASON.test(said.reason) ? said.reason : null;
  return { verdict: verdict as HookAnswer['verdict'], reason };
};
