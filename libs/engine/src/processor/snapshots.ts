import { deserialize, serialize } from 'node:v8';
import type { Snapshot } from '../ports/snapshot-store.ts';
import type { Processor } from './processor.ts';

type StoredStream = readonly [
  tenant: string,
  type: string,
  key: string,
  slot: number,
  version: number,
  prev: string,
  recordedAt: number,
  /** `null`: set aside. */
  state: unknown,
];

type Stored = {
  readonly streams: readonly StoredStream[];
  readonly memory: readonly (Int32Array | null)[];
  readonly sequences: Float64Array;
  readonly times: Float64Array;
};

/** The processor's whole state at its head. Quarantined streams are left to the log: they are folded again on start. */
export const takeSnapshot = (processor: Processor): Snapshot | undefined => {
  const { partition } = processor;
  const streams: StoredStream[] = [];
  for (const entry of partition.streams.values()) {
    if (entry.quarantine !== null) return undefined;
    streams.push([
      entry.ref.tenant,
      entry.ref.type,
      entry.ref.key,
      entry.slot,
      entry.version,
      entry.prev,
      entry.recordedAt,
      entry.isSetAside ? null : entry.state,
    ]);
  }
  const stored: Stored = {
    streams,
    memory: partition.memory.dump(),
    sequences: partition.sequences,
    times: partition.times.dump(),
  };
  return { index: processor.head, foldId: partition.registry.foldId, bytes: serialize(stored) };
};

const read = (bytes: Uint8Array): Stored | undefined => {
  try {
    return deserialize(bytes) as Stored;
  } catch {
    // Written by a release of Node whose format this one does not read.
    return undefined;
  }
};

/**
 * Fills a fresh processor. False where the snapshot is of another build's fold, or of another Node's format: the log is
 * read from the start then.
 */
export const loadSnapshot = (processor: Processor, snapshot: Snapshot): boolean => {
  const { partition } = processor;
  if (snapshot.foldId !== partition.registry.foldId) return false;
  const stored = read(snapshot.bytes);
  if (stored === undefined) return false;
  for (const [tenant, typeName, key, slot, version, prev, recordedAt, state] of stored.streams) {
    const type = partition.registry.types.get(typeName);
    if (type === undefined) return false;
    const entry = partition.streams.open({ tenant, type: typeName, key }, type, slot);
    entry.version = version;
    entry.prev = prev;
    entry.recordedAt = recordedAt;
    if (state === null) partition.settingAside.setAside(entry);
    else entry.state = state;
  }
  partition.streams.forget();
  partition.memory.load(stored.memory);
  partition.sequences.set(stored.sequences);
  partition.times.load(stored.times);
  processor.head = snapshot.index;
  return true;
};
