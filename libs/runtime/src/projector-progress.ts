import { Counter, Gauge, type Registry } from 'prom-client';
import type { Logger } from './logger.ts';

/** A window that is in a projector's store, with its checkpoint. */
type Window = { readonly partition: number; readonly index: number; readonly events: number };

/** What holds a partition up; `againInMs` is `null` where it stays where it is. */
type Problem = { readonly partition: number; readonly error: unknown; readonly againInMs: number | null };

/** What an operator sees of the partitions of this process. */
export type ProjectorProgress = {
  readonly onWindow: (window: Window) => void;
  readonly onProblem: (problem: Problem) => void;
  /** The same of views that may not be the ones that are read: then their problems are told and counted, and nobody waits. */
  readonly whereRead: (isRead: () => boolean) => Pick<ProjectorProgress, 'onWindow' | 'onProblem'>;
  /** No partition waits for its store or its log, and none has stopped. */
  readonly isMoving: () => boolean;
};

/** An error of the engine's own: its words are ours, those of any other may hold anybody's data. */
const isOurs = (error: unknown): error is Error & { readonly code: string } =>
  error instanceof Error && error.name === 'EngineError' && 'code' in error;
const codeOf = (error: unknown): string => (isOurs(error) ? error.code : 'unknown');
const messageOf = (error: unknown): string =>
  isOurs(error) ? error.message : error instanceof Error ? error.name : 'unknown';

/** Counts and tells what becomes of a projector's partitions. */
export const projectorProgress = (metrics: Registry, log: Logger): ProjectorProgress => {
  const registers = [metrics];
  const labelNames = ['partition'];
  const index = new Gauge({
    ...{ registers, labelNames, name: 'orderloom_projector_index' },
    help: 'Index of the last event of a partition that the views hold',
  });
  const events = new Counter({
    ...{ registers, labelNames, name: 'orderloom_projector_events_total' },
    help: 'Events projected by this process',
  });
  const windows = new Counter({
    ...{ registers, labelNames, name: 'orderloom_projector_windows_total' },
    help: 'Windows committed by this process',
  });
  const paused = new Gauge({
    ...{ registers, labelNames, name: 'orderloom_projector_paused' },
    help: '1 while a partition waits for its store or its log, or has stopped',
  });
  const problems = new Counter({
    ...{ registers, name: 'orderloom_projector_problems_total', labelNames: ['code'] },
    help: 'What held a partition up, by code of the error',
  });
  const waiting = new Set<number>();
  const tell = ({ partition, error, againInMs }: Problem): void => {
    problems.inc({ code: codeOf(error) });
    const fields = { partition, code: codeOf(error), againInMs };
    if (againInMs === null) log.error(fields, messageOf(error));
    else log.warn(fields, messageOf(error));
  };
  const onWindow = (window: Window): void => {
    const partition = String(window.partition);
    waiting.delete(window.partition);
    paused.set({ partition }, 0);
    index.set({ partition }, window.index);
    events.inc({ partition }, window.events);
    windows.inc({ partition });
  };
  const onProblem = (problem: Problem): void => {
    waiting.add(problem.partition);
    paused.set({ partition: String(problem.partition) }, 1);
    tell(problem);
  };
  return {
    onWindow,
    onProblem,
    whereRead: (isRead) => ({
      onWindow: (window) => {
        if (isRead()) onWindow(window);
      },
      onProblem: (problem) => {
        if (isRead()) onProblem(problem);
        else tell(problem);
      },
    }),
    isMoving: () => waiting.size === 0,
  };
};
