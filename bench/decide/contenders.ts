import { tableStepper, xstateStepper } from '@orderloom/domain';
import type { Contender, Measurement, Size } from '../harness/bench.ts';
import { questionsOf, retail, type Question } from './questions.ts';
import { isLegalByHand } from './retail-switch.ts';

type Judge = (question: Question) => boolean;

/** Asks every question so many times over; the first tenth is not timed. */
const asked = (isLegal: Judge, times: number): Measurement => {
  const questions = questionsOf(retail());
  let legal = 0;
  const ask = (rounds: number): void => {
    for (let round = 0; round < rounds; round++)
      for (const question of questions) if (isLegal(question)) legal++;
  };
  const warmUp = Math.ceil(times / 10);
  ask(warmUp);
  const began = performance.now();
  ask(times);
  const ms = performance.now() - began;
  return {
    questions: questions.length * times,
    question: (ms * 1e6) / (questions.length * times),
    legal: (100 * legal) / (questions.length * (times + warmUp)),
  };
};

const judge = (
  name: string,
  about: string,
  times: Readonly<Record<Size, number>>,
  isLegal: () => Judge,
): Contender => ({ name, about, measure: async ({ size }) => asked(isLegal(), times[size]) });

export const contenders: readonly Contender[] = [
  judge(
    'switch',
    'one hand-written switch over the event, comparing the statuses of the regions',
    { ci: 300, full: 10_000 },
    () =>
      ({ regions, symbol }) =>
        isLegalByHand(regions, symbol),
  ),
  {
    ...judge('table', 'the compiled lifecycle: one look-up', { ci: 300, full: 10_000 }, () => {
      const lifecycle = retail();
      return ({ status, symbol }) => tableStepper.next(lifecycle, status, symbol) >= 0;
    }),
    ours: true,
  },
  judge('xstate', "XState's own pure functions on the machine", { ci: 1, full: 20 }, () => {
    const lifecycle = retail();
    return ({ status, symbol }) => xstateStepper.next(lifecycle, status, symbol) >= 0;
  }),
];
