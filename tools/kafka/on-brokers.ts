import { afterEach, beforeAll } from '@jest/globals';
import { sharedServer } from '@orderloom/stack';

/** Servers that are not there yet are downloaded first. */
const STARTED_WITHIN_MS = 900_000;

export type OnBrokers = {
  readonly brokers: () => readonly string[];
  /** What a test has opened: closed after it, the last one first. */
  readonly closers: (() => Promise<unknown>)[];
};

/** Brokers for the tests of a suite, there before the first of them. */
export const onBrokers = (
  find: () => Promise<readonly string[]> = async () => (await sharedServer('kafka')).urls,
): OnBrokers => {
  let found: readonly string[] = [];
  const closers: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    found = await find();
  }, STARTED_WITHIN_MS);
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });
  return { brokers: () => found, closers };
};
