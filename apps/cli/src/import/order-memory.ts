import type { OrderMemory } from './mapping.ts';

/** Ids of the orders that a run has placed, by the name that their source has for them. */
export const orderMemory = (): OrderMemory & {
  readonly learn: (externalId: string, orderId: string) => void;
  readonly size: () => number;
} => {
  const ids = new Map<string, string>();
  return {
    orderIdOf: (externalId) => ids.get(externalId),
    learn: (externalId, orderId) => void ids.set(externalId, orderId),
    size: () => ids.size,
  };
};
