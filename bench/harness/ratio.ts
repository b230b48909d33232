import type { Round } from './bench.ts';
import { figure } from './figure.ts';

/** A contender, and one figure of it. */
export type FigureOf = readonly [contender: string, figure: string];

/** One figure by another, as a target asks for it; `undefined` where the round lacks one of them. */
export const ratio =
  (over: FigureOf, under: FigureOf) =>
  (round: Round): number | undefined => {
    const [above, below] = [figure(...over)(round), figure(...under)(round)];
    return above === undefined || below === undefined ? undefined : above / below;
  };
