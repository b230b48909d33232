import type { Projection, RecordedEvent, Registry, StreamRef } from '@orderloom/decider';
import { streamIdOf } from '@orderloom/decider';
import { archiveUnavailable, EngineError } from '../errors.ts';
import { eventsIn } from '../frames.ts';
import { firstState } from '../partition/first-state.ts';
import { GlobalEvents } from '../partition/global-events.ts';
import type { ArchivedStream, ArchiveStore } from '../ports/archive-store.ts';
import type { Codec, FrameParts } from '../ports/codec.ts';
import type { StoredGroup } from '../ports/event-log.ts';
import type { EventSource } from '../ports/event-source.ts';
import type { SnapshotStore } from '../ports/snapshot-store.ts';
import { Processor } from '../processor/processor.ts';
import { followDeadlines, followGroup } from '../processor/restoring.ts';
import { freezeState } from '../processor/snapshots.ts';
import type { Projector } from '../projector.ts';
import { groupGap } from '../projector-window.ts';
import { archivedDocuments } from './archived-documents.ts';
import { ArrivedSlots, type OtherArchives } from './arrived-slots.ts';
import { renumbering, schemaNumbering, type Renumber, type SchemaNumbering } from './renumbering.ts';

export type ArchiverOptions = {
  readonly store: ArchiveStore;
  /** Of this partition. A snapshot only makes the next start shorter: without one the archive's events are folded again. */
  readonly snapshots: SnapshotStore;
  /** The codec that reads the log, in the log's numbering of schemas. */
  readonly source: Pick<Codec, 'readFrame'> & FrameParts;
  /** A codec of the archive's own: it is bound to the archive's numbering. */
  readonly codec: Codec;
  readonly registry: Registry;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- projections of every document type
  readonly projections: readonly Projection<any, any>[];
  /** The tenants' own streams of all partitions. */
  readonly globals: EventSource['globals'];
  /** Slots of the partition. */
  readonly owns: (slot: number) => boolean;
  /** Where topics have generations: the archives that slots come from. */
  readonly others?: Omit<OtherArchives, 'belongs'>;
  /** Events between two snapshots. */
  readonly snapshotEvents?: number;
  /** What was left undone: a snapshot that could not be kept, a document that could not be folded. */
  readonly onProblem?: (error: unknown) => void;
};

const SNAPSHOT_EVENTS = 200_000;
const NO_OTHERS: Omit<OtherArchives, 'belongs'> = { partitions: () => [], open: () => undefined };

/** A stream that has changed in a window, with its new frames. */
type Changed = { readonly ref: StreamRef; readonly firstVersion: number; readonly frames: Buffer[] };

/**
 * Follows the log into an archive: every group as it was appended, and behind them the documents of streams that have
 * come to rest. It folds the state that a processor has, which says what rests and is itself kept as partition snapshot.
 */
class Archiver implements Projector {
  readonly #options: ArchiverOptions;
  readonly #processor: Processor;
  readonly #numbering: SchemaNumbering;
  readonly #renumber: Renumber;
  readonly #arrived: ArrivedSlots;
  readonly #globals = new GlobalEvents();
  #globalFrames = 0;
  #globalsKnown = 0;
  #snapshotIndex: number;
  #bound = 0;

  constructor(options: ArchiverOptions, processor: Processor) {
    this.#options = options;
    this.#processor = processor;
    this.#numbering = schemaNumbering(options.store.schemas());
    this.#renumber = renumbering(options.source, this.#numbering);
    this.#arrived = new ArrivedSlots({
      others: { ...NO_OTHERS, ...options.others, belongs: options.owns },
      numbering: this.#numbering,
      followGlobals: () => this.#followGlobals(),
      bind: () => {
        this.#bind();
      },
    });
    this.#snapshotIndex = processor.head;
    this.#bind();
  }

  async open(): Promise<void> {
    await this.#followGlobals();
    for (const group of this.#options.store.read(this.#processor.head)) {
      await this.#arrived.fold(this.#processor, group.opened ?? []);
      await followGroup(this.#processor, group);
    }
    followDeadlines(this.#processor);
  }

  checkpointIndex = async (): Promise<number> => this.#options.store.head();

  apply = async (groups: readonly StoredGroup[]): Promise<void> => {
    const fresh = groups.filter(({ first, count }) => first + count - 1 > this.#processor.head);
    const [next] = fresh;
    if (next === undefined) return;
    if (next.first !== this.#processor.head + 1) throw groupGap(next.first, this.#processor.head + 1);
    for (const run of betweenArrivals(fresh)) await this.#append(run);
    await this.#takeSnapshot();
  };

  async #append(groups: readonly StoredGroup[]): Promise<void> {
    const { store } = this.#options;
    await this.#arrived.fold(this.#processor, groups[0]?.opened ?? []);
    await this.#followGlobals();
    const frames = new Map<string, Buffer[]>();
    const numbered = groups.map((group) =>
      this.#renumber(group, (id, frame) => {
        const known = frames.get(id);
        if (known === undefined) frames.set(id, [frame]);
        else known.push(frame);
      }),
    );
    this.#bind();
    const changed = await this.#fold(numbered, frames);
    await this.#refuseTooEarly(changed);
    const archived = changed.flatMap((stream) => this.#archivedOf(stream));
    await store.append({ schemas: this.#numbering.schemas(), groups: numbered, archived });
  }

  /** A number that is new must be known before its first frame is read. */
  #bind(): void {
    const schemas = this.#numbering.schemas();
    if (schemas.length === this.#bound && this.#bound > 0) return;
    this.#options.codec.bind(schemas);
    this.#bound = schemas.length;
  }

  async #followGlobals(): Promise<void> {
    const { globals, source } = this.#options;
    const frames = await globals(this.#globalFrames);
    this.#globalFrames += frames.length;
    this.#globals.add(eventsIn(source, frames));
    this.#globalsKnown = this.#globals.follow(this.#processor.partition, this.#globalsKnown);
  }

  async #fold(
    groups: readonly StoredGroup[],
    frames: ReadonlyMap<string, Buffer[]>,
  ): Promise<readonly Changed[]> {
    const changed = new Map<string, Changed>();
    const onEvent = ({ stream, version }: RecordedEvent): void => {
      const id = streamIdOf(stream);
      if (!changed.has(id))
        changed.set(id, { ref: stream, firstVersion: version, frames: frames.get(id) ?? [] });
    };
    for (const group of groups) await followGroup(this.#processor, group, onEvent);
    return [...changed.values()];
  }

  /**
   * What an event rests on may stand in a tenant's stream that has grown meanwhile in another partition: then nothing is
   * kept, and it is all folded again. Without that it is the event that cannot be folded.
   */
  async #refuseTooEarly(changed: readonly Changed[]): Promise<void> {
    const { streams } = this.#processor.partition;
    const known = this.#globalFrames;
    if (changed.every(({ ref }) => (streams.find(ref)?.quarantine ?? null) === null)) return;
    await this.#followGlobals();
    if (this.#globalFrames > known) throw archiveUnavailable('a tenant has changed meanwhile: read again');
  }

  /** The documents of a stream, if it rests. One that cannot be folded is told of and left out: its events are kept. */
  #archivedOf({ ref, firstVersion, frames }: Changed): readonly ArchivedStream[] {
    const { projections, onProblem } = this.#options;
    const { partition } = this.#processor;
    const entry = partition.streams.find(ref);
    if (entry === undefined || entry.quarantine !== null || !entry.isClosed) return [];
    const earlier = this.#framesBefore(entry.id, firstVersion);
    try {
      return archivedDocuments(partition, entry, projections, [...earlier, ...frames]);
    } catch (error) {
      if (error instanceof EngineError) throw error;
      onProblem?.(error);
      return [];
    }
  }

  /** The stream's frames in front of a version, wherever its slot has been. */
  #framesBefore(id: string, version: number): readonly Uint8Array[] {
    if (version === 1) return [];
    const here = this.#options.store.readStream(id);
    if (here.length === version - 1) return here;
    const all = [...this.#arrived.framesOf(id), ...here];
    this.#bind();
    const { codec } = this.#options;
    return all
      .map((frame) => ({ frame, version: eventsIn(codec, [frame])[0]?.version ?? 0 }))
      .sort((one, other) => one.version - other.version)
      .map(({ frame }) => frame);
  }

  async #takeSnapshot(): Promise<void> {
    const { snapshots, snapshotEvents = SNAPSHOT_EVENTS, onProblem } = this.#options;
    const { head, partition } = this.#processor;
    if (head - this.#snapshotIndex < snapshotEvents) return;
    this.#snapshotIndex = head;
    // A quarantined stream is left to the log: whoever restores folds it again, and finds the same.
    for (const entry of partition.streams.values()) if (entry.quarantine !== null) return;
    const frozen = freezeState(this.#processor);
    try {
      await snapshots.save(frozen.head, frozen.parts());
    } catch (error) {
      onProblem?.(error);
    } finally {
      frozen.release();
    }
  }
}

/** A group in front of which slots have come begins a run: what stands before it is kept whether it may follow or not. */
const betweenArrivals = (groups: readonly StoredGroup[]): readonly (readonly StoredGroup[])[] => {
  const runs: StoredGroup[][] = [];
  for (const group of groups)
    if (runs.length === 0 || group.opened !== undefined) runs.push([group]);
    else runs.at(-1)?.push(group);
  return runs;
};

/** A processor as the last snapshot left it, if that is of this archive and this build; else an empty one. */
const beginning = ({ store, snapshots, codec, registry, owns }: ArchiverOptions): Promise<Processor> => {
  codec.bind(store.schemas());
  return firstState(
    { fresh: () => new Processor({ registry, codec, owns }), snapshot: () => snapshots.load() },
    { read: (after) => store.read(after) },
  );
};

/**
 * Opens the archiver of a partition at its archive's head. Rejects with `archive-corrupt` or `log-corrupt` where what
 * the archive holds does not follow.
 */
export const openArchiver = async (options: ArchiverOptions): Promise<Projector> => {
  const archiver = new Archiver(options, await beginning(options));
  await archiver.open();
  return archiver;
};
