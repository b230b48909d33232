import type { Verdict } from '@orderloom/decider';
import { hookAnswerIn } from './ports/hook.ts';

const NAME = /^[a-z][a-z0-9-]{0,63}$/;
const BY: readonly unknown[] = ['hook', 'time-out', 'failure'] satisfies Verdict['by'][];

export const verdictsText = (verdicts: readonly Verdict[]): string => JSON.stringify(verdicts);

const verdictIn = (said: unknown): Verdict | undefined => {
  const answer = hookAnswerIn(said);
  if (answer === undefined) return undefined;
  const { hook, by, tookMs } = said as Partial<Record<keyof Verdict, unknown>>;
  if (typeof hook !== 'string' || !NAME.test(hook) || !BY.includes(by)) return undefined;
  return Number.isSafeInteger(tookMs) && Number(tookMs) >= 0
    ? { hook, ...answer, by: by as Verdict['by'], tookMs: Number(tookMs) }
    : undefined;
};

/** `undefined`: the text is none. */
export const readVerdicts = (text: string): readonly Verdict[] | undefined => {
  try {
    const said: unknown = JSON.parse(text);
    if (!Array.isArray(said)) return undefined;
    const verdicts = said.map(verdictIn).filter((one) => one !== undefined);
    return verdicts.length === said.length ? verdicts : undefined;
  } catch {
    return undefined;
  }
};
