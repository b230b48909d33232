import { EngineError, type ParkedEvent } from '@orderloom/engine';
import { hasAborted, pause, type Ending } from './attempts.ts';
import type { Following, IncomingEvent, IncomingPartition } from './following.ts';
import { PartitionRun } from './partition-run.ts';

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

export type EventFollower = {
  readonly group: string;
  /** Whether the group is handed this event at all. */
  readonly wants: (event: IncomingEvent) => boolean;
  /** Never rejects: it says how handling the event has ended. */
  readonly handle: (event: IncomingEvent, stopping: AbortSignal) => Promise<Ending>;
  readonly onProblem: (problem: ConsumerProblem) => void;
};

/** Pause before a partition is taken again, ms. One that another reader has taken is given back by then, or dealt out. */
const RETAKE_MS = 500;
const FENCED_MS = 5_000;

/** How long to wait after a failure, ms; `null`: time does not mend it, this partition stays where it is. */
const pauseAfter = (error: unknown): number | null => {
  if (!(error instanceof EngineError) || error.retryable) return RETAKE_MS;
  return error.code === 'log-fenced' ? FENCED_MS : null;
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

/** Hands a group the events that it wants, those of one stream in order; what cannot be handled is parked. */
export const followEvents = ({ source, progress, load }: Following, follower: EventFollower): Consumer => {
  const { group, wants, handle, onProblem } = follower;
  const runs = new Map<number, PartitionRun>();
  const onParked = (event: ParkedEvent): void => onProblem(parkedProblem(event));

  const followOnce = async (partition: IncomingPartition, signal: AbortSignal): Promise<void> => {
    const { partition: index } = partition;
    const own = await progress.take(index);
    const run = new PartitionRun({ group, wants, handle, onParked, load }, partition, own, signal);
    runs.set(index, run);
    try {
      await run.run();
    } finally {
      runs.delete(index);
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
    parked: () => [...runs.values()].flatMap((run) => run.parked).sort((a, b) => a.recordedAt - b.recordedAt),
    stop: async () => {
      await source.stop();
      await progress.close();
    },
  };
};
