import { SLOTS, type StreamRef } from '@orderloom/decider';
import { isForgotten } from './forgetting.ts';
import { commandHash } from './hashes.ts';
import type { Partition } from './partition.ts';

/** An accepted command that is remembered: where it went, and the version that it was answered with. */
export type RememberedCommand = { readonly stream: StreamRef; readonly version: number };

/**
 * The commands of that id from outside that are durable and not forgotten: one for each slot that has had it, since an id
 * belongs to its slot. O(slots).
 */
export const rememberedCommands = (
  partition: Partition,
  tenant: string,
  commandId: string,
): readonly RememberedCommand[] => {
  const { memory, streams, times } = partition;
  const idHash = commandHash(tenant, commandId, 0);
  const found: RememberedCommand[] = [];
  for (let slot = 0; slot < SLOTS; slot++) {
    const known = partition.owns(slot) ? memory.findDurable(slot, idHash) : undefined;
    const entry = known && streams.byOrdinal(known.ordinal);
    if (known === undefined || entry === undefined) continue;
    if (!isForgotten(partition, entry, known.at, times.now(tenant, slot)))
      found.push({ stream: entry.ref, version: known.version });
  }
  return found;
};
