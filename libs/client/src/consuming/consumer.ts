import type { OrderEvent } from '@orderloom/domain';
import { EngineError, type ParkedEvent } from '@orderloom/engine';
import { handlePersistently, hasAborted, pause, type EventHandler, type RetryRules } from './attempts.ts';
import type { Following, IncomingPartition } from './following.ts';
import { PartitionRun, type RunParts } from './partition-run.ts';
import { tracedHandler } from './traced-handler.ts';
import { Workers } from './workers.ts';

export type ConsumeOptions = Partial<RetryRules> & {
  /** Event types that the handler is called for; every event of an order where none is said. */
  readonly events?: readonly OrderEvent['type'][];
  /** Handlers that run at a time in this process. */
  readonly workers?: number;
  /** Told of what holds the consumer up, and of each event that is parked; a warning of the process unless said. */
  readonly onProblem?: (problem: ConsumerProblem) => void;
};

/** `message` names places and kinds of failures, and quotes nothing. */
export type ConsumerProblem = { readonly group: string; readonly message: string } & (
  | { readonly parked: ParkedEvent }
  | {
      readonly error: unknown;
      /** `null`: trying again cannot help, this partition stays where it is; `undefined`: nothing more is read at all. */
      readonly againInMs?: number | null;
    }
);

export type Consumer = {
  /** What is set aside in the partitions of this process, oldest first: it waits for an operator. */
  readonly parked: () => readonly ParkedEvent[];
  /** Begins nothing more, waits for what runs, keeps how far it has come, and leaves the group. */
  readonly stop: () => Promise<void>;
};

const DEFAULTS: RetryRules = {
  attempts: 5,
  firstPauseMs: 100,
  longestPauseMs: 5_000,
  handleWithinMs: 30_000,
};
const WORKERS = 8;
/** Pause before a partition is taken again, ms. One that another reader has taken is given back by then, or dealt out. */
const RETAKE_MS = 500;
const FENCED_MS = 5_000;

type ConsumerParts = Following & {
  readonly group: string;
  readonly tenant: string;
  readonly handler: EventHandler;
};

/** How long to wait after a failure, ms; `null`: time does not mend it, this partition stays where it is. */
const pauseAfter = (error: unknown): number | null => {
  if (!(error instanceof EngineError) || error.retryable) return RETAKE_MS;
  return error.code === 'log-fenced' ? FENCED_MS : null;
};

const warn = ({ message }: ConsumerProblem): void => {
  process.emitWarning(message, 'OrderloomWarning');
};

const parkedProblem = (parked: ParkedEvent): ConsumerProblem => {
  const { handler: group, streamId, version, reason } = parked;
  return { group, parked, message: `${group}: event ${version} of ${streamId} is parked: ${reason}` };
};

const errorProblem = (group: string, error: unknown, againInMs?: number | null): ConsumerProblem => {
  const what = error instanceof EngineError ? error.message : 'the events cannot be read';
  return { group, error, message: `${group}: ${what}`, ...(againInMs !== undefined && { againInMs }) };
};

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** Begins to consume. */
export const startConsumer = (parts: ConsumerParts, options: ConsumeOptions): Consumer => {
  const { group, tenant, source, progress } = parts;
  const handler = tracedHandler(group, parts.handler);
  const { events, onProblem = warn } = options;
  const retry: RetryRules = { ...DEFAULTS, ...options };
  const workers = new Workers(options.workers ?? WORKERS);
  const wanted = events === undefined ? undefined : new Set<string>(events);
  const parked = new Map<number, ParkedEvent[]>();

  const runParts = (partition: number): RunParts => ({
    group,
    wants: ({ stream, type }) =>
      stream.type === 'order' && stream.tenant === tenant && (wanted?.has(type) ?? true),
    handle: (event, stopping) => handlePersistently(event.consumed(), { handler, workers, retry }, stopping),
    onParked: (event) => {
      parked.set(partition, [...(parked.get(partition) ?? []), event]);
      onProblem(parkedProblem(event));
    },
  });
  const followOnce = async (partition: IncomingPartition, signal: AbortSignal): Promise<void> => {
    const own = await progress.take(partition.partition);
    parked.set(partition.partition, [...own.parked]);
    try {
      await new PartitionRun(runParts(partition.partition), partition, own, signal).run();
    } finally {
      parked.delete(partition.partition);
      await own.close();
    }
  };
  const running = source.run(async (partition, signal) => {
    while (!signal.aborted)
      try {
        await followOnce(partition, signal);
      } catch (error) {
        if (hasAborted(signal)) return;
        const again = pauseAfter(error);
        onProblem(errorProblem(group, error, again));
        await (again === null ? untilAborted(signal) : pause(again, signal));
      }
  });
  running.catch((error: unknown) => {
    onProblem(errorProblem(group, error));
  });

  return {
    parked: () => [...parked.values()].flat().sort((a, b) => a.recordedAt - b.recordedAt),
    stop: async () => {
      await source.stop();
      await progress.close();
    },
  };
};
