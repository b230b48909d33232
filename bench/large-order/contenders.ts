import type { Contender, Measurement, Size } from '../harness/bench.ts';
import { quantile } from '../harness/statistics.ts';
import { agedOrder, done, nextCommands } from './large-order.ts';

const TIMES: Readonly<Record<Size, number>> = { ci: 50, full: 2000 };

/** Decides and folds every kind of command so often, in turn; the first fifth is not timed. */
const measured = (times: number): Measurement => {
  const order = agedOrder();
  const kinds = Object.values(nextCommands()).map((command) => ({ command, took: [] as number[] }));
  const warmUp = Math.ceil(times / 5);
  for (let time = 0; time < times + warmUp; time++)
    for (const { command, took } of kinds) {
      const began = performance.now();
      done(order, command);
      if (time >= warmUp) took.push((performance.now() - began) * 1000);
    }
  const worst = (share: number): number => Math.max(...kinds.map(({ took }) => quantile(took, share)));
  return {
    lines: order.state.lines.length,
    events: order.events,
    p50: worst(0.5),
    p99: worst(0.99),
  };
};

export const contenders: readonly Contender[] = [
  {
    name: 'orderloom',
    ours: true,
    about: 'the decider of an order, no log and no views: the command decided, its events folded',
    measure: async ({ size }) => measured(TIMES[size]),
  },
];
