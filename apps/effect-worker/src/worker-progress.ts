import type { ConsumerProblem } from '@orderloom/client';
import type { EffectWorkerOptions } from '@orderloom/effects';
import type { Logger } from '@orderloom/runtime';
import { Counter, type Registry } from 'prom-client';

/** What an operator sees of a worker. */
export type WorkerProgress = {
  readonly onAttempt: NonNullable<EffectWorkerOptions['onAttempt']>;
  readonly onProblem: (problem: ConsumerProblem) => void;
  /** Rejects where nothing more can be read, and never ends before. */
  readonly ended: Promise<never>;
  readonly isFollowing: () => boolean;
};

/** Counts attempts, tells what holds the worker up, and ends it where it cannot go on. */
export const workerProgress = (metrics: Registry, log: Logger): WorkerProgress => {
  const attempts = new Counter({
    ...{ registers: [metrics], labelNames: ['handler', 'outcome'], name: 'orderloom_effect_attempts_total' },
    help: 'Attempts of calls to the outside that have ended, by what came of them',
  });
  let isFollowing = true;
  let fail: (error: Error) => void = () => undefined;
  const ended = new Promise<never>((_, reject) => {
    fail = reject;
  });
  ended.catch(() => undefined);
  return {
    onAttempt: ({ handler, outcome }) => attempts.inc({ handler, outcome }),
    onProblem: (problem) => {
      log.warn({}, problem.message);
      if ('parked' in problem || problem.againInMs !== undefined) return;
      isFollowing = false;
      fail(new Error(problem.message));
    },
    ended,
    isFollowing: () => isFollowing,
  };
};
