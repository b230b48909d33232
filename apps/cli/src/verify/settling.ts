import type { Registry } from '@orderloom/decider';
import type { Seen } from './check.ts';

/** Answers come within seconds where anybody decides: so long after, nothing is still on its way. */
const ON_ITS_WAY_MS = 60_000;

/** Whether two streams have had the time to agree, as far as their partitions were read. */
export type Settling = {
  readonly onEvent: (seen: Pick<Seen, 'event' | 'partition'>) => void;
  /** Everything was decided while the partitions were read: nothing can be on its way. */
  readonly rest: () => void;
  /** Whether what these streams, by their ids, owed each other at an instant must be there. */
  readonly isOwed: (streams: readonly string[], at: number) => boolean;
};

/** One log holds all streams, and what they owe each other with what they owe it for. */
export const together: Settling = { onEvent: () => undefined, rest: () => undefined, isOwed: () => true };

/**
 * Streams in different partitions, each read up to its own end: what one owes another is there for certain where both
 * partitions were read up to events of the tenant that are a minute later.
 */
export const apart = (registry: Registry): Settling => {
  let atRest = false;
  const types = new Map(registry.types.map((type) => [type.name, type]));
  /** Slot -> the partition that it was last read in. */
  const partitions = new Map<number, number>();
  /** Tenant and partition -> its latest event, in the tenant's own time. */
  const latest = new Map<string, number>();
  const placeOf = (tenant: string, slot: number | undefined): string =>
    `${tenant}\0${String(partitions.get(slot ?? -1))}`;
  const readUpTo = (stream: string): number => {
    const [tenant = '', type = '', ...key] = stream.split('/');
    const slot = types.get(type)?.slotOf(tenant, key.join('/'));
    return latest.get(placeOf(tenant, slot)) ?? -Infinity;
  };
  return {
    onEvent: ({ event: { slot, stream, recordedAt }, partition }) => {
      partitions.set(slot, partition);
      const place = placeOf(stream.tenant, slot);
      latest.set(place, Math.max(recordedAt, latest.get(place) ?? 0));
    },
    rest: () => {
      atRest = true;
    },
    isOwed: (streams, at) => atRest || streams.every((stream) => readUpTo(stream) >= at + ON_ITS_WAY_MS),
  };
};
