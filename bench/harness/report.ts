import type { Bench, Size } from './bench.ts';
import type { Machine } from './machine.ts';
import type { Rounds } from './rounds.ts';
import { summary } from './statistics.ts';
import { verdictOf, type Verdict } from './verdict.ts';

/** One figure of one contender over all runs. */
export type Result = {
  /** Contender and figure. */
  readonly name: string;
  readonly unit: string;
  readonly min: number | null;
  readonly median: number | null;
  readonly max: number | null;
  /** The values in the order of the rounds; empty where it was not measured. */
  readonly runs: readonly number[];
  /** Why there is no value; only where there is none. */
  readonly notMeasured?: string;
};

/** What `npm run bench -- NAME --json` prints. */
export type Report = {
  readonly name: string;
  readonly size: Size;
  readonly date: string;
  readonly machine: Machine;
  readonly results: readonly Result[];
  readonly targets: readonly Verdict[];
};

const missing = (contender: string, reason: string): Result => ({
  name: contender,
  unit: '',
  min: null,
  median: null,
  max: null,
  runs: [],
  notMeasured: reason,
});

const resultsOf = (bench: Bench, contender: string, { rounds, notMeasured }: Rounds): Result[] => {
  const reason = notMeasured.get(contender);
  if (reason !== undefined) return [missing(contender, reason)];
  const measurements = rounds.map((round) => round[contender] ?? {});
  return Object.entries(bench.units).flatMap(([figure, unit]) => {
    const runs = measurements
      .map((measurement) => measurement[figure])
      .filter((value) => value !== undefined);
    return runs.length === 0 ? [] : [{ name: `${contender} ${figure}`, unit, ...summary(runs), runs }];
  });
};

/** Everything that the rounds say, in the order in which the bench lists its contenders and figures. */
export const reportOf = (
  bench: Bench,
  run: { readonly size: Size; readonly date: string; readonly machine: Machine; readonly rounds: Rounds },
): Report => ({
  name: bench.name,
  size: run.size,
  date: run.date,
  machine: run.machine,
  results: bench.contenders.flatMap(({ name }) => resultsOf(bench, name, run.rounds)),
  targets: bench.targets
    .filter(({ size }) => size === undefined || size === run.size)
    .map((target) => verdictOf(target, run.rounds.rounds)),
});
