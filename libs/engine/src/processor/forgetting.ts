import type { MayForget } from './idempotency.ts';
import type { Partition } from './partition.ts';
import type { StreamEntry } from './stream-entry.ts';

/**
 * How long a command is remembered at least once nothing is open in its stream any more; what `Idempotency-Window` says.
 */
export const IDEMPOTENCY_WINDOW_MS = 30 * 86_400_000;

/**
 * Whether the command that was recorded at `at` on this stream is forgotten at `now`, an instant of its tenant's.
 * While a tenant's clock is simulated nothing is: time may be set there.
 */
export const isForgotten = (partition: Partition, entry: StreamEntry, at: number, now: number): boolean => {
  if (now <= at + IDEMPOTENCY_WINDOW_MS || entry.quarantine !== null) return false;
  if (partition.times.clockOf(entry.ref.tenant).mode !== 'live') return false;
  if (entry.type.definition.closes === 'never') return true;
  return now > entry.recordedAt + IDEMPOTENCY_WINDOW_MS && entry.isClosed;
};

/** What a slot may forget by the instant at which its last event was recorded. */
export const mayForget =
  (partition: Partition): MayForget =>
  (slot, ordinal, at) => {
    const entry = partition.streams.byOrdinal(ordinal);
    return entry !== undefined && isForgotten(partition, entry, at, partition.times.lastIn(slot));
  };
