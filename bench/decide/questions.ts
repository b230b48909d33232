import { compiledLifecycle, knownLifecycles, type Lifecycle } from '@orderloom/domain';
import type { RetailStatus } from './retail-switch.ts';

/** One question of legality: may this event follow in this status? */
export type Question = { readonly status: number; readonly symbol: string; readonly regions: RetailStatus };

export const retail = (): Lifecycle => {
  const published = knownLifecycles.find(({ name }) => name === 'retail');
  if (published === undefined) throw new Error('there is no lifecycle retail');
  return compiledLifecycle(published);
};

/** A multiplier of which no number of questions has a factor: every question once, and far from its neighbours. */
const STRIDE = 7919;

/** Every status with every symbol, in an order that no branch can guess. */
export const questionsOf = ({ statuses, symbols }: Lifecycle): readonly Question[] => {
  const sorted = statuses.flatMap((regions, status) =>
    [...symbols.keys()].map((symbol) => ({ status, symbol, regions: regions as RetailStatus })),
  );
  return sorted.flatMap((_, at) => sorted[(at * STRIDE) % sorted.length] ?? []);
};
