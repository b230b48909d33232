import type { Round } from './bench.ts';

/** One figure of one contender, as a target asks for it; `undefined` where the round lacks it. */
export const figure =
  (contender: string, name: string) =>
  (round: Round): number | undefined =>
    round[contender]?.[name];
