import type { RecordedEvent } from '@orderloom/decider';
import { logCorrupt } from '../errors.ts';
import type { EventLog, StoredGroup } from '../ports/event-log.ts';
import { mayForget } from './forgetting.ts';
import { commandHash } from './hashes.ts';
import type { Partition } from './partition.ts';
import type { Processor } from './processor.ts';
import { foldIntoFollowers } from './recording.ts';
import { StreamSetAside, type StreamEntry } from './stream-entry.ts';

const problem = (index: number, event: RecordedEvent, what: string): Error =>
  logCorrupt(
    `event ${String(index)} of the log, ${event.stream.type} ${event.stream.key} version ${String(event.version)}: ${what}`,
  );

const errorName = (error: unknown): string => (error instanceof Error ? error.name : 'error');

const refuseBrokenSequence = (partition: Partition, event: RecordedEvent, index: number): void => {
  if (event.sequence !== (partition.sequences[event.slot] ?? 0) + 1)
    throw problem(
      index,
      event,
      `has sequence ${String(event.sequence)} in slot ${String(event.slot)}, which stands at ${String(partition.sequences[event.slot] ?? 0)}`,
    );
};

const refuseBrokenVersion = (entry: StreamEntry, event: RecordedEvent, index: number): void => {
  if (event.version !== entry.version + 1)
    throw problem(index, event, `follows version ${String(entry.version)} of its stream`);
};

const refuseBrokenChain = (entry: StreamEntry, event: RecordedEvent, index: number): void => {
  if (event.prev !== entry.prev)
    throw problem(index, event, 'does not follow the event before it (hash chain)');
};

/** The memory of an accepted command is in the attributes of its events; the addressed stream's come last. */
const remember = (
  partition: Partition,
  entry: StreamEntry,
  event: RecordedEvent,
  /** Commands from outside in this group, by tenant and id. */
  roots: Map<string, string>,
): void => {
  const { tenant } = event.stream;
  if (event.hops === 0 || (partition.remembersSent && event.causation !== null)) {
    const idHash = commandHash(tenant, event.commandId, event.hops);
    if (event.hops === 0) roots.set(`${tenant}\0${event.commandId}`, idHash);
    partition.memory.put(event.slot, idHash, {
      fingerprint: event.commandFingerprint,
      ordinal: entry.ordinal,
      version: event.version,
      at: event.recordedAt,
    });
  }
  // What the command's own cascade did to its stream, in the same group, belongs to the first answer.
  if (event.hops === 0 || event.root === null) return;
  const idHash = roots.get(`${tenant}\0${event.root}`);
  if (idHash === undefined) return;
  const first = partition.memory.find(event.slot, idHash);
  if (first?.ordinal === entry.ordinal)
    partition.memory.put(event.slot, idHash, {
      ...first,
      version: event.version,
      at: event.recordedAt,
    });
};

/** Tenants' own streams are followed as a table while their slot is elsewhere: their events may be folded already. */
const isKnownFromTable = ({ registry }: Partition, entry: StreamEntry, event: RecordedEvent): boolean =>
  event.stream.type === registry.global.type && event.version <= entry.version;

/** Moves the stream itself. */
const fold = (
  entry: StreamEntry,
  event: RecordedEvent,
  at: { readonly identity: string; readonly index: number; readonly global: unknown },
): void => {
  refuseBrokenChain(entry, event, at.index);
  if (entry.quarantine === null)
    try {
      entry.state = entry.type.definition.decider.evolve(
        entry.state,
        { type: event.type, data: event.data },
        { stream: entry.ref, recordedAt: event.recordedAt, version: event.version, global: at.global },
      );
    } catch (error) {
      entry.quarantine = `version ${String(event.version)} (${event.type}) cannot be folded: ${errorName(error)}`;
    }
  entry.version = event.version;
  entry.prev = at.identity;
  entry.recordedAt = event.recordedAt;
};

/** Folds one recorded event into the partition. Throws `log-corrupt` where the chain is broken. */
const applyRecorded = (
  partition: Partition,
  event: RecordedEvent,
  identity: string,
  at: { readonly index: number; readonly roots: Map<string, string> },
): void => {
  const type = partition.registry.types.get(event.stream.type);
  if (type === undefined) throw problem(at.index, event, 'is of a stream type that this build does not know');
  const entry = partition.streams.open(event.stream, type, event.slot);
  const isKnown = isKnownFromTable(partition, entry, event);
  if (!isKnown) refuseBrokenVersion(entry, event, at.index);
  refuseBrokenSequence(partition, event, at.index);
  const global = partition.times.globalOf(event.stream.tenant)?.state;
  const isLive = partition.times.clockOf(event.stream.tenant).mode === 'live';
  if (!isKnown) fold(entry, event, { ...at, identity, global });
  else if (event.version === entry.version) entry.prev = identity;
  partition.sequences[event.slot] = event.sequence;
  if (isLive) partition.times.passed(event.slot, event.recordedAt);
  foldIntoFollowers(partition, event, global, (following, error) => {
    following.quarantine = `${event.type} of ${entry.id} cannot be folded: ${errorName(error)}`;
  });
  remember(partition, entry, event, at.roots);
};

/** Reads back what a snapshot has set aside. */
export type ReadBack = (entry: StreamEntry) => Promise<void>;

/** For a processor that keeps every fold in memory. */
const neverSetAside: ReadBack = (entry) => Promise.reject(new StreamSetAside(entry));

type Restoring = {
  readonly told: RestoreListener;
  readonly readBack: ReadBack;
  /** Events that are not folded, since they are another partition's or known already. Default: none. */
  readonly leavesOut?: (event: RecordedEvent) => boolean;
};

const applyEvents = async (
  { partition }: Processor,
  group: StoredGroup,
  { told, readBack, leavesOut = () => false }: Restoring,
): Promise<void> => {
  const bytes = Buffer.from(group.frames.buffer, group.frames.byteOffset, group.frames.byteLength);
  const roots = new Map<string, string>();
  let offset = 0;
  for (let i = 0; i < group.count; i++) {
    const frame = partition.codec.readFrame(bytes, offset);
    offset = frame.end;
    if (leavesOut(frame.event)) continue;
    // Only a snapshot has set anything aside: the whole log is read without a look-up more.
    const entry = partition.settingAside.count > 0 ? partition.streams.find(frame.event.stream) : undefined;
    if (entry?.isSetAside) await readBack(entry);
    applyRecorded(partition, frame.event, frame.identity, { index: group.first + i, roots });
    told.onEvent?.(frame.event);
  }
  partition.streams.forget();
  partition.memory.sweep(mayForget(partition));
  partition.settingAside.pack(group.count);
};

const applyGroup = async (processor: Processor, group: StoredGroup, restoring: Restoring): Promise<void> => {
  await applyEvents(processor, group, restoring);
  processor.head = group.first + group.count - 1;
};

/** Folds what another partition's log says of slots that belong here, as far as it is not known yet. */
export const followForeignGroup = (
  processor: Processor,
  group: StoredGroup,
  belongs: (slot: number) => boolean,
): Promise<void> => {
  const { sequences } = processor.partition;
  const leavesOut = ({ slot, sequence }: RecordedEvent): boolean =>
    !belongs(slot) || sequence <= (sequences[slot] ?? 0);
  return applyEvents(processor, group, { told: {}, readBack: neverSetAside, leavesOut });
};

/** Folds the group behind the head of a processor that follows a log. Throws `log-corrupt` where it does not follow. */
export const followGroup = (
  processor: Processor,
  group: StoredGroup,
  onEvent?: (event: RecordedEvent) => void,
): Promise<void> =>
  applyGroup(processor, group, { told: onEvent === undefined ? {} : { onEvent }, readBack: neverSetAside });

/**
 * Whether the log's event at the processor's head is the one that its state ends with: a snapshot that was left behind
 * when its log was replaced is of other streams. Reads one group.
 */
export const standsInLog = async (
  { head, partition }: Processor,
  log: Pick<EventLog, 'read'>,
): Promise<boolean> => {
  if (head === 0) return true;
  for await (const group of log.read(head - 1)) {
    const bytes = Buffer.from(group.frames.buffer, group.frames.byteOffset, group.frames.byteLength);
    let frame = partition.codec.readFrame(bytes, 0);
    for (let index = group.first; index < head; index++) frame = partition.codec.readFrame(bytes, frame.end);
    const entry = partition.streams.find(frame.event.stream);
    return entry?.version === frame.event.version && entry.prev === frame.identity;
  }
  return false;
};

/** Who is told while the state is read back. */
export type RestoreListener = {
  /** The log index reached, after each group. */
  readonly onProgress?: (index: number) => void;
  /** Each event behind the snapshot, after it was folded. */
  readonly onEvent?: (event: RecordedEvent) => void;
};

/** Pending are the deadlines of what is decided here, and no others. O(streams). */
export const followDeadlines = ({ partition }: Processor): void => {
  for (const entry of partition.streams.values())
    if (!partition.owns(entry.slot)) partition.deadlines.leave(entry);
    else if (!entry.isSetAside) partition.deadlines.follow(entry);
};

/**
 * Brings a fresh processor, or one that a snapshot has filled, to the head of the log. O(events behind its head).
 */
export const restore = async (
  processor: Processor,
  log: Pick<EventLog, 'read' | 'parked'>,
  told: RestoreListener = {},
  readBack: ReadBack = neverSetAside,
): Promise<void> => {
  for await (const group of log.read(processor.head)) {
    await applyGroup(processor, group, { told, readBack });
    told.onProgress?.(processor.head);
  }
  for (const parked of log.parked()) processor.partition.parkedAt.add(parked.handler, parked.stream);
  followDeadlines(processor);
};
