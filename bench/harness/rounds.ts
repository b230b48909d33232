import type { Measurement, Round } from './bench.ts';

/** What came out of all rounds. */
export type Rounds = {
  readonly rounds: readonly Round[];
  /** Contender -> why there is no figure of it. */
  readonly notMeasured: ReadonlyMap<string, string>;
};

/** The order of one round: each begins one contender later, so that nobody always runs first on a rested machine. */
export const orderOfRound = <T>(contenders: readonly T[], round: number): T[] => {
  const start = contenders.length === 0 ? 0 : round % contenders.length;
  return [...contenders.slice(start), ...contenders.slice(0, start)];
};

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Measures all contenders once, then all of them again, so that the runs of two of them are neighbours in time.
 * A contender that fails once counts as not measured, with all its runs: its other figures prove nothing.
 */
export const interleave = async (
  contenders: readonly string[],
  count: number,
  measure: (contender: string, round: number) => Promise<Measurement>,
): Promise<Rounds> => {
  const rounds: Record<string, Measurement>[] = [];
  const notMeasured = new Map<string, string>();
  for (let round = 0; round < count; round++) {
    const measured: Record<string, Measurement> = {};
    for (const contender of orderOfRound(contenders, round)) {
      if (notMeasured.has(contender)) continue;
      try {
        measured[contender] = await measure(contender, round);
      } catch (error) {
        notMeasured.set(contender, reasonOf(error));
      }
    }
    rounds.push(measured);
  }
  const kept = rounds.map((round) =>
    Object.fromEntries(Object.entries(round).filter(([contender]) => !notMeasured.has(contender))),
  );
  return { rounds: kept, notMeasured };
};
