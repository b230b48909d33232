import type { FulfilmentStatus } from './state.ts';

/**
 * Where the goods of an order are, of which every unit is in a fulfilment: `open`, `partial`, `shipped`, `delivered` or
 * `cancelled`. It follows from the statuses of its fulfilments and from nothing else.
 */
export const statusOfFulfilments = (all: readonly FulfilmentStatus[]): string => {
  const sent = all.filter((status) => status !== 'cancelled' && status !== 'replaced');
  if (sent.length === 0) return all.includes('replaced') || all.length === 0 ? 'open' : 'cancelled';
  const left = sent.filter((status) => status === 'shipped' || status === 'delivered');
  if (left.length === 0) return 'open';
  if (left.length < sent.length) return 'partial';
  return left.every((status) => status === 'delivered') ? 'delivered' : 'shipped';
};
