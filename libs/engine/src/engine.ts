import { statusIn, streamIdOf, type Registry, type StreamRef } from '@orderloom/decider';
import { systemClock, type Clock } from './clock.ts';
import type { Engine, EngineFigures } from './engine-api.ts';
import { eventsIn } from './frames.ts';
import { GroupLoop, type LoopMechanisms } from './group-loop.ts';
import type { Codec } from './ports/codec.ts';
import type { EventLog } from './ports/event-log.ts';
import type { SnapshotStore } from './ports/snapshot-store.ts';
import type { ViewFeed } from './ports/view-feed.ts';
import { Processor } from './processor/processor.ts';
import { restore, standsInLog, type RestoreListener } from './processor/restoring.ts';
import { loadSnapshot, takeSnapshot } from './processor/snapshots.ts';
import { ViewLag } from './view-lag.ts';
import { ViewWaits } from './view-waits.ts';

/** Every mechanism that a promise rests on, so that a test can take it away and see the promise break. */
export type Mechanisms = LoopMechanisms & { readonly dedup: boolean };

export const allMechanisms: Mechanisms = {
  dedup: true,
  acknowledgeAfterCommit: true,
  deadlinesAfterInput: true,
};

export type EngineOptions = {
  readonly registry: Registry;
  readonly codec: Codec;
  readonly log: EventLog;
  /** The views, fed from the log's checkpoint on; made once the log's head is known. */
  readonly feed: ViewFeed;
  readonly snapshots?: SnapshotStore;
  readonly clock?: Clock;
  readonly mechanisms?: Mechanisms;
  readonly restoring?: RestoreListener;
  /** Told when an append failed in a way that leaves unknown what the log kept; the engine has stopped by then. */
  readonly onFatal?: (error: unknown) => void;
};

const restored = async (options: EngineOptions): Promise<Processor> => {
  const fresh = (): Processor =>
    new Processor({
      registry: options.registry,
      codec: options.codec,
      dedup: (options.mechanisms ?? allMechanisms).dedup,
    });
  let processor = fresh();
  const snapshot = options.snapshots?.load();
  if (snapshot !== undefined && snapshot.index <= options.log.head()) {
    const fits = loadSnapshot(processor, snapshot) && (await standsInLog(processor, options.log));
    if (!fits) processor = fresh();
  }
  await restore(processor, options.log, options.restoring);
  return processor;
};

/**
 * One engine in one process, from its ports. Reads its state back (snapshot, then the log behind it), then decides.
 * Rejects with `log-corrupt` where the log's chain is broken.
 */
export const createEngine = async (options: EngineOptions): Promise<Engine> => {
  const { codec, log, feed } = options;
  const clock = options.clock ?? systemClock;
  const processor = await restored(options);
  const { partition } = processor;
  const waits = new ViewWaits(feed, clock);
  const lag = new ViewLag(feed.checkpoint, processor.head, clock);
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
    onFatal: options.onFatal ?? (() => undefined),
  });
  const forgetShown = feed.onAdvance(() => {
    lag.shown();
  });
  const quarantined = quarantinedIn(processor);
  loop.start();
  const entryOf = (ref: StreamRef) => {
    const entry = partition.streams.find(ref);
    return entry === undefined || entry.version === 0 ? undefined : entry;
  };
  return {
    send: (request) => loop.send(request),
    inputArriving: () => loop.gate.enter(),
    statusOf: (ref) => {
      const entry = entryOf(ref);
      if (entry === undefined) return undefined;
      return statusIn(entry.type.definition, entry.state, partition.times.globalOf(ref.tenant)?.state);
    },
    explain: (ref) => {
      const entry = entryOf(ref);
      if (entry === undefined) return undefined;
      const deadline = entry.type.definition.nextDeadline?.(entry.state);
      return {
        version: entry.version,
        explanation: entry.type.definition.explain(entry.state, partition.times.globalOf(ref.tenant)?.state),
        nextDeadline: deadline === undefined ? null : { name: deadline.name, due: deadline.due },
      };
    },
    stateOf: (ref) => {
      const entry = entryOf(ref);
      return entry === undefined ? undefined : { version: entry.version, state: entry.state };
    },
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
    figures: () => ({ ...figuresOf(processor, loop, feed), quarantined }),
    stop: async () => {
      await loop.stop();
      waits.stop();
      forgetShown();
      try {
        // What is in memory may be more than the log has: no later start may begin with it.
        if (!loop.lost) saveSnapshot(processor, options.snapshots);
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

const saveSnapshot = (processor: Processor, snapshots: SnapshotStore | undefined): void => {
  const snapshot = snapshots === undefined ? undefined : takeSnapshot(processor);
  if (snapshot !== undefined) snapshots?.save(snapshot);
};

/** Streams are quarantined only while the log is read back: counted once. O(streams). */
const quarantinedIn = (processor: Processor): number => {
  let quarantined = 0;
  for (const entry of processor.partition.streams.values()) if (entry.quarantine !== null) quarantined++;
  return quarantined;
};

const pendingDeadlines = (processor: Processor, limit: number, tenant?: string) => {
  const pending: { stream: StreamRef; name: string; due: number }[] = [];
  for (const entry of processor.partition.streams.values()) {
    if (entry.due === 0 || (tenant !== undefined && entry.ref.tenant !== tenant)) continue;
    const deadline = entry.type.definition.nextDeadline?.(entry.state);
    if (deadline !== undefined) pending.push({ stream: entry.ref, name: deadline.name, due: deadline.due });
  }
  return pending.sort((a, b) => a.due - b.due).slice(0, limit);
};

const figuresOf = (
  processor: Processor,
  loop: GroupLoop,
  feed: ViewFeed,
): Omit<EngineFigures, 'quarantined'> => {
  return {
    commands: { ...loop.outcomes },
    groups: loop.groups,
    events: loop.events,
    streams: processor.partition.streams.size,
    deadlinesPending: processor.partition.deadlines.pending,
    deadlinesFired: loop.lateness.fired,
    lateness: loop.lateness.figures(),
    lag: processor.head - feed.checkpoint(),
    decideMs: loop.decideMs,
    commitMs: loop.commitMs,
  };
};
