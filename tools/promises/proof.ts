import type { CrashReport } from './crash-rounds.ts';

/** Prints the figures of a run as one row of docs/proof/kill-and-power-cut.md. */
export const proof = (
  fault: string,
  { rounds, last, keptUnheard, startMs }: CrashReport,
  ms: number,
): void => {
  const { figures, violations, successRate } = last;
  const cells = [
    ...[fault, rounds, violations.length, figures.acknowledged, figures.unknown, keptUnheard],
    ...[figures.refused, figures.reads, figures.events, figures.streams, figures.deadlines.fired],
    ...[
      `${((successRate ?? 0) * 100).toFixed(1)} %`,
      startMs.median,
      startMs.max,
      `${(ms / 1000).toFixed(0)} s`,
    ],
  ];
  process.stderr.write(`| ${cells.join(' | ')} |\n`);
};
