import { beforeAll, describe } from '@jest/globals';
import { leftOut } from './left-out.ts';

/** Servers that are not there yet are downloaded first. */
const STARTED_WITHIN_MS = 900_000;

/** How a library gets to its servers. */
type Through = {
  /** Why it cannot be had here, in one line; `undefined` where it can. */
  readonly obstacle: string | undefined;
  readonly brokers: () => Promise<readonly string[]>;
};

/** A suite through each library that speaks to the same servers; what this machine lacks leaves its part out. */
export const throughEach = <Library extends string>(
  suite: string,
  libraries: readonly Library[],
  through: (library: Library) => Through,
  body: (library: Library, brokers: () => readonly string[]) => void,
): void => {
  for (const library of libraries) {
    const { obstacle, brokers } = through(library);
    if (obstacle !== undefined) leftOut(`${suite}, through ${library}`, obstacle);
    (obstacle === undefined ? describe : describe.skip)(`${suite}, through ${library}`, () => {
      let found: readonly string[] = [];
      beforeAll(async () => {
        found = await brokers();
      }, STARTED_WITHIN_MS);
      body(library, () => found);
    });
  }
};
