import type { Explanation, Rejection } from '@orderloom/decider';
import type { CommandResult } from '@orderloom/engine';
import { type Problem, edgeProblem, problemOf } from './problem.ts';

const STATUS_OF_KIND = { state: 409, content: 422, missing: 404 } as const;
const RETRY_AFTER_S = 1;

const own = (titles: Readonly<Record<string, string>>, code: string): string | undefined =>
  Object.hasOwn(titles, code) ? titles[code] : undefined;

/** A refusal as a problem. The domain's codes follow the kind of the refusal; those of the engine have their status. */
export const rejectionProblem = (
  rejection: Rejection,
  explanation: Explanation | null,
  titles: Readonly<Record<string, string>>,
  prefix: string,
): Problem => {
  const { code, kind } = rejection;
  const title = own(titles, code);
  const known = title === undefined ? edgeProblem(code) : undefined;
  const status = known?.[0] ?? STATUS_OF_KIND[kind];
  return {
    status,
    code,
    title: title ?? known?.[1] ?? code.replaceAll('-', ' '),
    detail: rejection.reason,
    explanation,
    ...(rejection.pointer !== undefined && {
      errors: [{ pointer: prefix + rejection.pointer, message: rejection.reason }],
    }),
    ...(status === 503 && { retryAfter: RETRY_AFTER_S }),
  };
};

/** The problem of a command that was neither accepted nor a duplicate. */
export const resultProblem = (
  result: CommandResult,
  titles: Readonly<Record<string, string>>,
  prefix: string,
): Problem => {
  const { rejection, explanation, outcome } = result;
  if (outcome === 'conflict')
    return problemOf('version-conflict', rejection?.reason ?? `It is at version ${result.version} now`, {
      explanation,
      // With `If-Match: *` there may be nothing.
      ...(result.version > 0 && { currentVersion: result.version }),
      ...(result.sections && { currentSections: result.sections }),
    });
  if (rejection) {
    const problem = rejectionProblem(rejection, explanation, titles, prefix);
    return outcome === 'unavailable' && problem.status < 500
      ? { ...problem, status: 503, retryAfter: RETRY_AFTER_S }
      : problem;
  }
  return outcome === 'unavailable'
    ? problemOf('log-unavailable', 'The command could not be written', { retryAfter: RETRY_AFTER_S })
    : problemOf('internal-error', 'The command was refused without a reason');
};
