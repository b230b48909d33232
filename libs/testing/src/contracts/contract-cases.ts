import { describe, it } from '@jest/globals';
import { leftOut } from '../left-out.ts';

/** Tests of a suite that an adapter cannot pass, and why: a deviation is declared, never silent. */
export type Skip = {
  readonly reason: string;
  /** The part of the suite that the tests stand in. */
  readonly of: string;
  readonly tests: readonly string[] | 'all';
};

/** Runs the cases of a suite under `name`; throws where a skip names a test that the suite does not have. */
export const contractCases = (
  name: string,
  skip: readonly Skip[],
  cases: Readonly<Record<string, () => void | Promise<void>>>,
): void => {
  const here = skip.filter(({ of }) => of === name);
  const reasons = new Map(
    here.flatMap(({ reason, tests }) =>
      (tests === 'all' ? Object.keys(cases) : tests).map((test) => [test, reason] as const),
    ),
  );
  for (const test of reasons.keys())
    if (!(test in cases)) throw new Error(`${name} has no test "${test}" that could be skipped`);
  for (const { reason, tests } of here)
    leftOut(`${name} (${tests === 'all' ? 'all' : tests.join('; ')})`, reason);
  describe(name, () => {
    for (const [title, test] of Object.entries(cases)) {
      const reason = reasons.get(title);
      if (reason === undefined) it(title, test);
      else it.skip(`${title} (${reason})`, test);
    }
  });
};
