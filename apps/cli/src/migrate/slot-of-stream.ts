import type { Registry, StreamRef } from '@orderloom/decider';

/** The slot of a stream; `undefined` where it is none that can exist. */
export const slotOfStream = ({ types }: Registry, { tenant, type, key }: StreamRef): number | undefined =>
  types.find(({ name }) => name === type)?.slotOf(tenant, key);
