import { statusIn, streamIdOf, type Registry, type StreamRef } from '@orderloom/decider';
import type { OnAlarm } from './alarm.ts';
import { systemClock, type Clock } from './clock.ts';
import type { OnDecided } from './decided.ts';
import type { Engine, EngineFigures } from './engine-api.ts';
import { EngineError } from './errors.ts';
import { eventsIn } from './frames.ts';
import { GroupLoop } from './group-loop.ts';
import { allMechanisms, type Mechanisms } from './mechanisms.ts';
import type { Codec } from './ports/codec.ts';
import type { EventLog } from './ports/event-log.ts';
import type { SnapshotStore } from './ports/snapshot-store.ts';
import type { ViewFeed } from './ports/view-feed.ts';
import { explainEntry } from './processor/explaining.ts';
import { Processor } from './processor/processor.ts';
import { readBack } from './processor/reading-back.ts';
import { rememberedCommands } from './processor/remembered-commands.ts';
import { restore, standsInLog, type RestoreListener } from './processor/restoring.ts';
import type { StreamEntry } from './processor/stream-entry.ts';
import { loadSnapshot } from './processor/snapshots.ts';
import { SnapshotTaking, type SnapshotPace } from './snapshot-taking.ts';
import { ViewLag } from './view-lag.ts';
import { ViewWaits } from './view-waits.ts';

/** Longest wait for the views before a stream is read back from them, ms. */
const VIEWS_PATIENCE_MS = 5000;

export type EngineOptions = {
  readonly registry: Registry;
  readonly codec: Codec;
  readonly log: EventLog;
  /** The views, fed from the log's checkpoint on; made once the log's head is known. */
  readonly feed: ViewFeed;
  readonly snapshots?: SnapshotStore;
  /** How often a snapshot is taken while the engine runs. */
  readonly snapshotPace?: SnapshotPace;
  readonly clock?: Clock;
  /** Streams whose state is kept in memory, about; see `SettingAside`. Default: all. */
  readonly statesInMemory?: number;
  /** Of those the ones that stay as objects, about; the others are packed. */
  readonly statesAsObjects?: number;
  readonly mechanisms?: Mechanisms;
  readonly restoring?: RestoreListener;
  readonly onDecided?: OnDecided;
  readonly onAlarm?: OnAlarm;
  /** Told of what the engine goes on without. */
  readonly onProblem?: (message: string) => void;
  /** Told when an append failed in a way that leaves unknown what the log kept; the engine has stopped by then. */
  readonly onFatal?: (error: unknown) => void;
};

const fresh = ({ registry, codec, mechanisms, ...limits }: EngineOptions): Processor =>
  new Processor({
    registry,
    codec,
    onAlarm: limits.onAlarm,
    dedup: (mechanisms ?? allMechanisms).dedup,
    ...(limits.statesInMemory === undefined ? {} : { statesInMemory: limits.statesInMemory }),
    ...(limits.statesAsObjects === undefined ? {} : { statesAsObjects: limits.statesAsObjects }),
  });

/** A processor at the log's head, and the index of the snapshot that it came from; 0: from the log alone. */
type Restored = { readonly processor: Processor; readonly snapshotIndex: number };

/** The state at the log's head, from a snapshot and what follows it; `undefined`: only the whole log has it. */
const fromSnapshot = async (options: EngineOptions): Promise<Restored | undefined> => {
  const { log, feed } = options;
  const snapshot = options.snapshots?.load();
  if (snapshot === undefined || snapshot.index > log.head()) return undefined;
  const processor = fresh(options);
  if (!loadSnapshot(processor, snapshot) || !(await standsInLog(processor, log))) return undefined;
  try {
    await restore(processor, log, options.restoring, (entry) =>
      readBack(processor.partition, entry, feed.reader.readStream),
    );
    return { processor, snapshotIndex: snapshot.index };
  } catch (error) {
    if (error instanceof EngineError && error.code === 'history-unavailable') return undefined;
    throw error;
  }
};

const restored = async (options: EngineOptions): Promise<Restored> => {
  const sooner = await fromSnapshot(options);
  if (sooner !== undefined) return sooner;
  const processor = fresh(options);
  await restore(processor, options.log, options.restoring);
  return { processor, snapshotIndex: 0 };
};

/** Streams are quarantined only while the log is read back, and are left to the log: no snapshot holds them. */
const snapshotTaking = (
  { snapshots, snapshotPace, onProblem }: EngineOptions,
  { processor, snapshotIndex }: Restored,
  quarantined: number,
): SnapshotTaking | undefined =>
  snapshots === undefined || quarantined > 0
    ? undefined
    : new SnapshotTaking(
        { processor, store: snapshots, pace: snapshotPace, onProblem: onProblem ?? (() => undefined) },
        snapshotIndex,
      );

/**
 * One engine in one process, from its ports. Reads its state back (snapshot, then the log behind it), then decides.
 * Rejects with `log-corrupt` where the log's chain is broken.
 */
export const createEngine = async (options: EngineOptions): Promise<Engine> => {
  const { codec, log, feed } = options;
  const clock = options.clock ?? systemClock;
  const begin = await restored(options);
  const { processor } = begin;
  const { partition } = processor;
  const quarantined = quarantinedIn(processor);
  const snapshots = snapshotTaking(options, begin, quarantined);
  const waits = new ViewWaits(feed, clock);
  const lag = new ViewLag(feed.checkpoint, processor.head, clock);
  /** What was written a moment ago the views may not have yet: they are waited for, but not for ever. */
  const bringBack = async (entry: StreamEntry): Promise<void> => {
    await waits.reach(processor.head, VIEWS_PATIENCE_MS);
    await readBack(partition, entry, feed.reader.readStream);
  };
  const loop = new GroupLoop({
    processor,
    log,
    feed: {
      feed: (group) => {
        lag.written(group.first + group.count - 1);
        feed.feed(group);
      },
    },
    clock,
    mechanisms: options.mechanisms ?? allMechanisms,
    readBack: bringBack,
    onGroup: (group, answered, began) => {
      snapshots?.passed(group);
      options.onDecided?.({
        commands: answered.map(({ waiting }) => waiting.request),
        events: group.count,
        began,
      });
    },
    onFatal: options.onFatal ?? (() => undefined),
  });
  const forgetShown = feed.onAdvance(() => {
    lag.shown();
  });
  loop.start();
  const entryOf = (ref: StreamRef) => {
    const entry = partition.streams.find(ref);
    return entry === undefined || entry.version === 0 ? undefined : entry;
  };
  /** With its state in memory. */
  const presentOf = async (ref: StreamRef): Promise<StreamEntry | undefined> => {
    const entry = entryOf(ref);
    if (entry?.isSetAside) await bringBack(entry);
    return entry;
  };
  return {
    send: (request) => loop.send(request),
    inputArriving: () => loop.gate.enter(),
    statusOf: (ref) => {
      const entry = entryOf(ref);
      if (entry === undefined) return undefined;
      return statusIn(entry.type.definition, entry.state, partition.times.globalOf(ref.tenant)?.state);
    },
    explain: async (ref) => {
      const entry = await presentOf(ref);
      return entry && explainEntry(entry, partition.times.globalOf(ref.tenant)?.state);
    },
    stateOf: async (ref) => {
      const entry = await presentOf(ref);
      return entry === undefined ? undefined : { version: entry.version, state: entry.state };
    },
    remembered: (tenant, commandId) => rememberedCommands(partition, tenant, commandId),
    versionOf: (ref) => entryOf(ref)?.version,
    globalOf: (tenant) => entryOf(partition.times.globalRef(tenant))?.state,
    tenants: () =>
      [...partition.streams.values()]
        .filter(
          (entry) =>
            entry.ref.type === partition.registry.global.type &&
            partition.registry.global.exists(entry.state),
        )
        .map((entry) => entry.ref.tenant),
    deadlines: (limit, tenant) => pendingDeadlines(processor, limit, tenant),
    history: async (ref, afterVersion, limit) =>
      eventsIn(codec, await feed.reader.readStream(streamIdOf(ref), afterVersion, limit)).slice(0, limit),
    get: (view, tenant, id) => feed.reader.get(view, `${tenant}/${id}`),
    list: (view, tenant, list, before, limit) => feed.reader.list(view, `${tenant}/${list}`, before, limit),
    search: (view, question) => feed.reader.search(view, question),
    sums: (view, tenant, list) => feed.reader.sums(view, `${tenant}/${list}`),
    waitFor: (position, ms) =>
      position.sequence > (partition.sequences[position.slot] ?? 0)
        ? Promise.resolve(false)
        : waits.reach(processor.head, ms),
    asOf: () => ({ index: feed.checkpoint(), head: processor.head, lagMs: lag.ms }),
    parked: async () => ({
      reactions: log.parked(),
      events: await feed.reader.parked(),
      deadLetters: log.deadLetters(100),
    }),
    settled: async () => {
      await loop.settled();
      await waits.reach(processor.head, 600_000);
    },
    figures: () => ({
      ...figuresOf(processor, loop, feed),
      quarantined,
      snapshotIndex: snapshots?.index ?? 0,
    }),
    stop: async () => {
      await loop.stop();
      waits.stop();
      forgetShown();
      try {
        await snapshots?.stop();
        // What is in memory may be more than the log has: no later start may begin with it.
        if (!loop.lost) await snapshots?.takeLast();
      } finally {
        try {
          await feed.stop();
        } finally {
          await log.close();
        }
      }
    },
  };
};

/** Streams are quarantined only while the log is read back: counted once. O(streams). */
const quarantinedIn = (processor: Processor): number => {
  let quarantined = 0;
  for (const entry of processor.partition.streams.values()) if (entry.quarantine !== null) quarantined++;
  return quarantined;
};

const pendingDeadlines = (processor: Processor, limit: number, tenant?: string) => {
  const pending: StreamEntry[] = [];
  for (const entry of processor.partition.streams.values())
    if (entry.due !== 0 && (tenant === undefined || entry.ref.tenant === tenant)) pending.push(entry);
  // Most states are packed: only those are looked into that are shown.
  return pending
    .sort((a, b) => a.due - b.due)
    .slice(0, limit)
    .map((entry) => {
      const deadline = entry.type.definition.nextDeadline?.(entry.state);
      return { stream: entry.ref, name: deadline?.name ?? '', due: entry.due };
    });
};

const figuresOf = (
  processor: Processor,
  loop: GroupLoop,
  feed: ViewFeed,
): Omit<EngineFigures, 'quarantined' | 'snapshotIndex'> => {
  return {
    commands: { ...loop.answers.counts },
    groups: loop.groups,
    events: loop.events,
    streams: processor.partition.streams.size,
    streamsSetAside: processor.partition.settingAside.count,
    deadlinesPending: processor.partition.deadlines.pending,
    deadlinesFired: loop.lateness.fired,
    lateness: loop.lateness.figures(),
    lag: processor.head - feed.checkpoint(),
    decideMs: loop.decideMs,
    commitMs: loop.commitMs,
  };
};
