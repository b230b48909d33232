import type { Explanation } from '@orderloom/decider';
import type { CommandResult, Violation } from '@orderloom/engine';

/** Status and legal commands, where the refusal is one of an existing stream. */
type Whereabouts = {
  readonly currentStatus?: Explanation['status'];
  readonly allowedCommands?: readonly string[];
};

/** The command has had its effect, now or when it first came. */
export type Done = {
  /** `duplicate`: the key, or the same cart, was here before; this is the first answer. */
  readonly outcome: 'accepted' | 'duplicate';
  readonly key: string;
  /** The order's id, or the key of another stream. */
  readonly id: string;
  readonly version: number;
  /** Where its last event stands; `null` where nothing was appended now. */
  readonly position: string | null;
  /** Region by region, where the stream is now; `null` where that is not known here. */
  readonly status: Explanation['status'] | null;
};

/** Nothing was changed, and the same command will be refused again until something else changes. */
type Refused = Whereabouts & {
  readonly outcome: 'refused';
  readonly key: string;
  readonly code: string;
  readonly reason: string;
  /** Places in the command's data, as JSON pointers; never a value. */
  readonly errors: readonly Violation[];
};

/** The stream is not at the expected version: read it, decide again. Nothing was changed. */
type Conflict = Whereabouts & {
  readonly outcome: 'conflict';
  readonly key: string;
  /** The version that is there; left out where nothing is. */
  readonly currentVersion?: number;
  /** Section -> its version, of a stream that has any. */
  readonly currentSections?: Readonly<Record<string, number>>;
  readonly reason: string;
};

/** Nobody has said in time what became of it: ask again with the same key. */
type Pending = {
  readonly outcome: 'pending';
  readonly key: string;
  /** What was the matter last: `pending`, `unreachable`, `log-unavailable` … */
  readonly code: string;
  readonly reason: string;
};

/** What became of a command. `key` is its idempotency key: sent again with it, a command has one effect. */
export type Result = Done | Refused | Conflict | Pending;

/** One attempt has said nothing about the command; the next one, with the same key, may. */
export type TryAgain = {
  readonly outcome: 'again';
  readonly code: string;
  readonly reason: string;
  /** Not before so many ms. */
  readonly afterMs?: number;
};

export const refusedResult = (
  key: string,
  said: { readonly code: string; readonly reason: string; readonly errors?: readonly Violation[] },
): Result => ({ outcome: 'refused', key, errors: [], ...said });

const whereabouts = ({ explanation }: CommandResult): Whereabouts =>
  explanation === null
    ? {}
    : { currentStatus: explanation.status, allowedCommands: explanation.allowedCommands };

/** What an engine answered, in a caller's words. */
export const resultOf = (
  answered: CommandResult,
  statusNow: () => Explanation['status'] | undefined,
): Result | TryAgain => {
  const { outcome, commandId: key, stream, version, position, rejection, status } = answered;
  switch (outcome) {
    case 'accepted':
    case 'duplicate':
      return {
        ...{ outcome, key, id: stream.key, version },
        position: position === null ? null : `${position.slot}:${position.sequence}`,
        status: status ?? statusNow() ?? null,
      };
    case 'conflict':
      return {
        ...{ outcome, key, reason: rejection?.reason ?? '' },
        ...(version > 0 && { currentVersion: version }),
        ...(answered.sections && { currentSections: answered.sections }),
        ...whereabouts(answered),
      };
    case 'refused':
      return {
        ...{ outcome, key, code: rejection?.code ?? 'refused', reason: rejection?.reason ?? '' },
        errors:
          rejection?.pointer === undefined ? [] : [{ pointer: rejection.pointer, message: rejection.reason }],
        ...whereabouts(answered),
      };
    case 'unavailable':
    case 'pending':
      return { outcome: 'again', code: rejection?.code ?? outcome, reason: rejection?.reason ?? '' };
  }
};
