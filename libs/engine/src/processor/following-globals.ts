import type { RecordedEvent } from '@orderloom/decider';
import type { Partition } from './partition.ts';

/**
 * Folds an event of a tenant's global stream that another partition owns: every processor follows these streams as a
 * table. Events already folded are passed over, so that a reader may deliver them again.
 */
export const followGlobal = (partition: Partition, event: RecordedEvent): void => {
  const type = partition.registry.types.get(event.stream.type);
  if (
    type === undefined ||
    event.stream.type !== partition.registry.global.type ||
    partition.owns(event.slot)
  )
    return;
  const entry = partition.streams.open(event.stream, type, event.slot);
  if (event.version <= entry.version) return;
  entry.state = type.definition.decider.evolve(
    entry.state,
    { type: event.type, data: event.data },
    { stream: entry.ref, recordedAt: event.recordedAt, version: event.version, global: entry.state },
  );
  entry.version = event.version;
  entry.recordedAt = event.recordedAt;
  partition.streams.forget();
};
