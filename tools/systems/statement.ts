import { expect, test } from '@jest/globals';
import { size } from '../promises/size.ts';
import { mechanisms, takenAway, type Mechanism } from './mechanisms.ts';
import { statements } from './statements.ts';

/** One run of a statement's test. */
export type Trial = {
  /** How many; 1 where the statement says no size. */
  readonly size: number;
  /** Whether the product is tried with it. */
  readonly has: (mechanism: Mechanism) => boolean;
};

const WITHIN_MS = size(600_000, 1_800_000);

/** What a run fails with; `undefined`: it is green. */
const failureOf = async (run: () => Promise<void>): Promise<unknown> => {
  try {
    await run();
    return undefined;
  } catch (error) {
    return error;
  }
};

/**
 * The test of one statement, under its number, and the same test without each of its mechanisms: there an expectation
 * must fail. An error of the test itself is no proof.
 */
export const statement = (number: string, hold: (trial: Trial) => Promise<void>): void => {
  const stated = statements.get(number);
  if (stated === undefined || 'notYet' in stated) throw new Error(`there is nothing to hold under ${number}`);
  const trial = (count: number, without: Mechanism | undefined): Trial => ({
    size: count,
    has: (mechanism) => mechanism !== without,
  });
  const { ci, full } = stated.size ?? { ci: 1, full: 1 };
  test(`${number} ${stated.says}`, () => hold(trial(size(ci, full), takenAway())), WITHIN_MS);
  for (const mechanism of stated.without ?? [])
    test(
      `${number} null control: it is red unless ${mechanisms[mechanism]}`,
      async () => {
        const failure = await failureOf(() => hold(trial(ci, mechanism)));
        // What a failed expectation throws knows what it has compared.
        expect(failure).toHaveProperty('matcherResult.pass', false);
      },
      WITHIN_MS,
    );
};
