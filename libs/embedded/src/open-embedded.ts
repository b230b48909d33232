import type { RecordedEvent, Registry } from '@orderloom/decider';
import { domainRegistry, tableStepper, xstateStepper, type PublishedLifecycle } from '@orderloom/domain';
import {
  createEngine,
  RunningGenerations,
  type Clock,
  type Codec,
  type Engine,
  type EventTail,
  type FindHook,
  type KeyStore,
  type Mechanisms,
  type OnAlarm,
  type SnapshotPace,
  type ViewGenerations,
} from '@orderloom/engine';
import {
  openKeyStore,
  openLog,
  queryWorker,
  snapshotFile,
  viewsWorker,
  workerEntry,
  type Durability,
} from '@orderloom/sqlite';
import { decidedSpans } from '@orderloom/tracing';
import { wireCodec } from '@orderloom/wire';
import { askingHooks, type AskingHooks } from './asking-hooks.ts';
import { foldsOf } from './generations/folds-of.ts';
import { generationsPlace } from './generations/generations-place.ts';
import { openPlacedViews, type PlacedViews } from './generations/placed-views.ts';
import { rebuildRecord } from './generations/rebuild-record.ts';
import { followersOf, type Followers } from './followers.ts';
import { behindKeys, learnFromEvent, learnFromLetters } from './learning-keys.ts';
import { noticedLog } from './noticed-log.ts';
import { precheck } from './precheck.ts';
import { eventTail } from './tail/event-tail.ts';

export type EmbeddedOptions = {
  /** The data folder; made where it is missing, readable by its owner only. */
  readonly folder: string;
  /** `full`: an acknowledged command survives a power cut. `off`: it survives a killed process only. */
  readonly durability?: Durability;
  /** Who answers what may follow in an order's life: the compiled table, or XState itself (8 microseconds a step). */
  readonly lifecycle?: 'table' | 'xstate';
  /** What new tenants get published; all of this build unless said. Orders follow what their tenant has published. */
  readonly lifecycles?: readonly PublishedLifecycle[];
  readonly clock?: Clock;
  /** Who is asked before commands of a tenant that has registered hooks; nobody unless said: what it set for that case holds. */
  readonly hooks?: FindHook;
  /** Streams whose state is kept in memory, about; the others are read back from the views. Default: all. */
  readonly statesInMemory?: number;
  /** How often a snapshot is taken while the engine runs. */
  readonly snapshotPace?: SnapshotPace;
  /** Null controls, for tests only. */
  readonly mechanisms?: Mechanisms;
  /** Told of each event behind the snapshot, when it was read back. */
  readonly onRead?: (event: RecordedEvent) => void;
  /** Told of the log index reached while the state is read back. */
  readonly onRestore?: (index: number) => void;
  /** Told of what holds the views up, or kept a snapshot from being taken; both go on by themselves. */
  readonly onProblem?: (message: string) => void;
  /** Told of what an operator has to look at, once it is durable. */
  readonly onAlarm?: OnAlarm;
  /** Told when nobody can say what the log kept; the engine has stopped by then. */
  readonly onFatal?: (error: unknown) => void;
};

/** An engine in this process, with what its edges need beside it. */
export type Embedded = {
  readonly engine: Engine;
  readonly codec: Codec;
  readonly registry: Registry;
  readonly keyStore: KeyStore;
  /** Refusals of a command that need another stream's state and come before sending; `undefined`: none. */
  readonly precheck: ReturnType<typeof precheck>;
  /** The events for one member of a group of consumers, from where the group has come to. */
  readonly follow: Followers['follow'];
  /** What groups of consumers have parked. */
  readonly parked: Followers['parked'];
  /** The log for readers outside. */
  readonly tail: EventTail;
  /** The generations of the views, for operators. */
  readonly generations: ViewGenerations;
  /** What hooks have said since the start. */
  readonly verdicts: AskingHooks['verdicts'];
  /** Time the thread of the live views has spent projecting, ms. */
  readonly viewsBusyMs: () => number;
  /** Stops the engine and closes every file. */
  readonly stop: () => Promise<void>;
};

/**
 * The embedded profile: every adapter by name, top to bottom. One process owns the folder; a second one is refused
 * with `folder-in-use`. Throws `log-corrupt` naming what is broken.
 */
export const openEmbedded = async (options: EmbeddedOptions): Promise<Embedded> => {
  const { folder } = options;
  const registry = domainRegistry({
    stepper: options.lifecycle === 'xstate' ? xstateStepper : tableStepper,
    ...(options.lifecycles === undefined ? {} : { lifecycles: options.lifecycles }),
  });
  const codec = wireCodec();
  const onDecided = decidedSpans();
  // What is open so far, in reverse: a start that fails half-way gives the folder back.
  const closers: (() => unknown)[] = [];
  try {
    const log = noticedLog(
      openLog(folder, { schemas: codec.schemas(), durability: options.durability ?? 'full' }),
    );
    closers.unshift(log.close);
    codec.bind(log.schemas);
    const keyStore = openKeyStore(folder);
    closers.unshift(keyStore.close);
    const placed = await openViews(options, registry, log.head);
    const { feed } = placed.views;
    closers.unshift(feed.stop);
    const engine = await createEngine({
      registry,
      codec,
      log,
      feed,
      snapshots: behindKeys(snapshotFile(folder), keyStore),
      ...(options.snapshotPace === undefined ? {} : { snapshotPace: options.snapshotPace }),
      ...(options.onProblem === undefined ? {} : { onProblem: options.onProblem }),
      ...(options.onAlarm === undefined ? {} : { onAlarm: options.onAlarm }),
      ...(options.statesInMemory === undefined ? {} : { statesInMemory: options.statesInMemory }),
      ...(options.clock === undefined ? {} : { clock: options.clock }),
      ...(options.mechanisms === undefined ? {} : { mechanisms: options.mechanisms }),
      ...(onDecided === undefined ? {} : { onDecided }),
      restoring: {
        onEvent: (event) => {
          learnFromEvent(keyStore, event);
          options.onRead?.(event);
        },
        ...(options.onRestore === undefined ? {} : { onProgress: options.onRestore }),
      },
      ...(options.onFatal === undefined ? {} : { onFatal: options.onFatal }),
    });
    learnFromLetters(keyStore, log);
    keyStore.reuse();
    const hooks = askingHooks(engine, {
      hookOf: options.hooks ?? (() => undefined),
      clock: options.clock,
    });
    const followers = followersOf(folder, log, codec);
    const tail = eventTail(folder, log);
    const generations = new RunningGenerations({
      place: generationsPlace(placed, folder, log.head),
      recordOf: (generation) => rebuildRecord(engine, generation),
      onProblem: options.onProblem ?? (() => undefined),
    });
    await generations.resume();
    return {
      engine: hooks.engine,
      verdicts: hooks.verdicts,
      codec,
      registry,
      keyStore,
      precheck: precheck(engine),
      follow: followers.follow,
      parked: followers.parked,
      tail,
      generations,
      viewsBusyMs: () => placed.views.live.views.busyMs(),
      stop: async () => {
        try {
          await generations.stop();
          await followers.stop();
          await tail.close();
          await engine.stop();
        } finally {
          keyStore.close();
        }
      },
    };
  } catch (error) {
    for (const close of closers) await close();
    throw error;
  }
};

/** The views of this build's folds, a thread for each generation; another build's files are left behind and deleted. */
const openViews = (
  options: EmbeddedOptions,
  registry: Registry,
  head: () => number,
): Promise<PlacedViews> => {
  const { folder, onProblem = () => undefined } = options;
  const folds = foldsOf(registry);
  return openPlacedViews({
    ...{ folder, folds, head },
    open: (generation) =>
      viewsWorker({
        ...{ folder, generation, head: head() },
        entry: workerEntry('views-worker-entry', import.meta.url),
        reader: queryWorker({ folder, generation }),
        onProblem: (message) => onProblem(`views ${generation}: ${message}`),
      }),
  });
};
