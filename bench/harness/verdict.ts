import type { Round, Target } from './bench.ts';
import { summary } from './statistics.ts';

/** Whether a target was met; in words where the runs do not say. */
export type Met = boolean | 'not decidable' | 'not measured';

/** A target and what became of it. */
export type Verdict = {
  readonly name: string;
  /** The limit as text: `>= 0.3`. */
  readonly target: string;
  /** Median over the rounds; `null`: not measured. */
  readonly actual: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly met: Met;
};

const textOf = ({ at, limit }: Target): string => `${at === 'least' ? '>=' : '<='} ${limit}`;

/**
 * Every round is asked by itself. A limit that some rounds keep and others break lies inside the spread of the runs:
 * then the median is on one side of it by chance, and there is no verdict.
 */
export const verdictOf = (target: Target, rounds: readonly Round[]): Verdict => {
  const head = { name: target.name, target: textOf(target) };
  const values = rounds.map(target.actual).filter((value) => value !== undefined);
  if (values.length === 0) return { ...head, actual: null, min: null, max: null, met: 'not measured' };
  const { min, median, max } = summary(values);
  const kept = values.filter((value) =>
    target.at === 'least' ? value >= target.limit : value <= target.limit,
  );
  const met = kept.length === values.length ? true : kept.length === 0 ? false : 'not decidable';
  return { ...head, actual: median, min, max, met };
};
