import { deserialize, serialize } from 'node:v8';
import type { DictionaryContents } from '../packing/dictionary.ts';
import type { Snapshot, SnapshotHead } from '../ports/snapshot-store.ts';
import type { FrozenStreams, PastStream } from './frozen-streams.ts';
import type { SlotTable } from './idempotency.ts';
import type { Partition } from './partition.ts';
import type { Processor } from './processor.ts';

/** Streams of one part, and about as many bytes of remembered commands: no more than a millisecond's work or so. */
const PART_STREAMS = 256;
const PART_BYTES = 256 * 1024;
/** Changes whenever the parts say something else, or say it otherwise. */
const FORM = 'form-4';

type Tenants = Map<string, string>;

type StoredStream = readonly [
  tenant: string,
  type: string,
  key: string,
  slot: number,
  version: number,
  prev: string,
  recordedAt: number,
  /** `null`: set aside. */
  packed: string | null,
  /** Of a stream that is set aside: whether nothing was open in it. */
  wasClosed: boolean,
];

type Part =
  | { readonly kind: 'times'; readonly sequences: Float64Array; readonly times: Float64Array }
  | { readonly kind: 'memory'; readonly tables: readonly SlotTable[] }
  | { readonly kind: 'streams'; readonly streams: readonly StoredStream[] }
  | { readonly kind: 'dictionary'; readonly contents: DictionaryContents };

/** A processor's whole state at one log index, held still while the processor goes on. */
export type FrozenState = {
  readonly head: SnapshotHead;
  /** Makes one part after the other, each in a short while; to be gone through once. */
  readonly parts: () => Generator<Uint8Array>;
  /** To be called at the end, whether all parts were made or not. */
  readonly release: () => void;
};

/**
 * Freezes the state at the processor's head: O(slots), whatever it holds. To be called between two groups.
 * A processor with quarantined streams must not be frozen: those are left to the log, and folded again on start.
 */
export const freezeState = ({ partition, head }: Processor): FrozenState => {
  const streams = partition.streams.freeze();
  const tables = partition.memory.freeze();
  const sequences = partition.sequences.slice();
  const times = partition.times.dump().slice();
  return {
    head: { index: head, foldId: foldIdOf(partition) },
    parts: function* () {
      yield written({ kind: 'times', sequences, times });
      yield* memoryParts(tables);
      yield* streamParts(streams);
      // Last: what it has learnt while the others were packed is in it.
      yield written({ kind: 'dictionary', contents: partition.registry.packing.dictionary.contents() });
    },
    release: () => {
      partition.streams.thaw();
    },
  };
};

/** What a snapshot says is read by a build of the same folds, and of the same form of snapshot. */
const foldIdOf = ({ registry }: Partition): string => `${FORM};${registry.foldId}`;

const written = (part: Part): Uint8Array => serialize(part);

const memoryParts = function* (tables: readonly SlotTable[]): Generator<Uint8Array> {
  let part: SlotTable[] = [];
  let bytes = 0;
  for (const table of tables) {
    part.push(table);
    bytes += table[1].byteLength;
    if (bytes < PART_BYTES) continue;
    yield written({ kind: 'memory', tables: part });
    part = [];
    bytes = 0;
  }
  if (part.length > 0) yield written({ kind: 'memory', tables: part });
};

const streamParts = function* (frozen: FrozenStreams): Generator<Uint8Array> {
  let part: StoredStream[] = [];
  for (let past = frozen.take(); past !== undefined; past = frozen.take()) {
    part.push(stored(past));
    if (part.length < PART_STREAMS) continue;
    yield written({ kind: 'streams', streams: part });
    part = [];
  }
  if (part.length > 0) yield written({ kind: 'streams', streams: part });
};

const stored = ({ entry, version, prev, recordedAt, packed }: PastStream): StoredStream => [
  entry.ref.tenant,
  entry.ref.type,
  entry.ref.key,
  entry.slot,
  version,
  prev,
  recordedAt,
  packed,
  packed === null && entry.isClosed,
];

/**
 * Fills a fresh processor. False where the snapshot is of another build's fold, or of another Node's format: the log is
 * read from the start then.
 */
export const loadSnapshot = (processor: Processor, snapshot: Snapshot): boolean => {
  const { partition } = processor;
  if (snapshot.foldId !== foldIdOf(partition)) return false;
  const tenants: Tenants = new Map();
  for (const bytes of snapshot.parts) {
    const part = read(bytes);
    if (part === undefined || !load(partition, part, tenants)) return false;
  }
  processor.head = snapshot.index;
  return true;
};

const read = (bytes: Uint8Array): Part | undefined => {
  try {
    return deserialize(bytes) as Part;
  } catch {
    // Written by a release of Node whose format this one does not read.
    return undefined;
  }
};

const load = (partition: Partition, part: Part, tenants: Tenants): boolean => {
  if (part.kind === 'streams') return part.streams.every((stream) => loadStream(partition, stream, tenants));
  if (part.kind === 'memory') {
    for (const table of part.tables) partition.memory.load(table);
  } else if (part.kind === 'dictionary') {
    partition.registry.packing.dictionary.load(part.contents);
  } else {
    partition.sequences.set(part.sequences);
    partition.times.load(part.times);
  }
  return true;
};

const loadStream = (
  { registry, streams, settingAside }: Partition,
  [tenant, typeName, key, slot, version, prev, recordedAt, packed, wasClosed]: StoredStream,
  tenants: Tenants,
): boolean => {
  const type = registry.types.get(typeName);
  if (type === undefined) return false;
  const ref = { tenant: onceOf(tenants, tenant), type: type.definition.name, key };
  const entry = streams.add(ref, type, slot);
  entry.version = version;
  entry.prev = prev;
  entry.recordedAt = recordedAt;
  if (packed === null) settingAside.setAside(entry, wasClosed);
  else entry.pack(packed);
  return true;
};

/** What is read back has a copy of its own of every text: of a tenant's name one is enough. */
const onceOf = (tenants: Tenants, tenant: string): string => {
  const known = tenants.get(tenant);
  if (known === undefined) tenants.set(tenant, tenant);
  return known ?? tenant;
};
