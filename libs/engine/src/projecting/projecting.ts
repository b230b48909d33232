import { systemClock, type Clock } from '../clock.ts';
import { EngineError } from '../errors.ts';
import type { EventPartition, PartitionTask } from '../ports/event-source.ts';
import type { Projector } from '../projector.ts';
import { applyWindows } from './apply-windows.ts';
import { pause } from './pause.ts';
import { windowsOf } from './windows.ts';

export type ProjectingOptions = {
  /** Opens a partition's projector, at its checkpoint; again after every failure. */
  readonly open: (partition: number) => Promise<Projector>;
  /** Up to where a partition is in the store, whoever projects it: asked where a slot has come from there. */
  readonly shownUpTo?: (partition: number) => Promise<number>;
  /** Least time between two windows of a partition, ms. */
  readonly windowMs: number;
  readonly clock?: Clock;
  readonly onWindow?: (window: ProjectedWindow) => void;
  readonly onProblem?: (problem: ProjectingProblem) => void;
};

/** A window that is in the store, with its checkpoint. */
export type ProjectedWindow = { readonly partition: number; readonly index: number; readonly events: number };

/** What holds a partition up. `againInMs` is `null` where trying again cannot help: it stays where it is. */
export type ProjectingProblem = {
  readonly partition: number;
  readonly error: unknown;
  readonly againInMs: number | null;
};

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;

/**
 * Keeps the views of a partition up to its log. Where the store or the log is away the partition pauses, nothing is
 * parked, and it goes on at the checkpoint. An error that time does not mend stops this partition and no other.
 */
export const projecting =
  (options: ProjectingOptions): PartitionTask =>
  async (source, signal) => {
    const { clock = systemClock, onProblem = () => undefined } = options;
    const { partition } = source;
    for (let failures = 0; !signal.aborted;) {
      try {
        await follow(source, signal, { ...options, onProgress: () => (failures = 0) });
      } catch (error) {
        const again = maySucceed(error);
        const againInMs = again ? Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures++) : null;
        onProblem({ partition, error, againInMs });
        await pause(signal, againInMs, clock);
      }
    }
  };

/** Lost views are begun again. Whatever is no error of ours may be a connection's: it is tried again. */
const maySucceed = (error: unknown): boolean =>
  !(error instanceof EngineError) || error.retryable || error.code === 'views-corrupt';

const follow = async (
  source: EventPartition,
  signal: AbortSignal,
  options: ProjectingOptions & { readonly onProgress: () => void },
): Promise<void> => {
  const { open, shownUpTo, windowMs, clock = systemClock, onWindow = () => undefined, onProgress } = options;
  const projector = await open(source.partition);
  let index = await projector.checkpointIndex();
  const hasRead = shownUpTo && (async (partition: number, to: number) => (await shownUpTo(partition)) >= to);
  const failed = new AbortController();
  const windows = windowsOf((until) => source.read(index, until, hasRead), {
    windowMs,
    clock,
    signal: AbortSignal.any([signal, failed.signal]),
  });
  const onShown = async (): Promise<void> => {
    const before = index;
    index = await projector.checkpointIndex();
    onProgress();
    onWindow({ partition: source.partition, index, events: index - before });
    await source.shown(index);
  };
  await applyWindows(projector, windows, { onShown, onFailure: () => failed.abort() });
};
