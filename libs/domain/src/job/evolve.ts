import type { JobEvent } from '../messages/generated/job.ts';
import type { JobState } from './state.ts';

/** A job that starts again keeps what it has done. */
export const evolveJob = (state: JobState, event: JobEvent): JobState => {
  switch (event.type) {
    case 'JobStarted': {
      const { kind, source, total } = event.data;
      return {
        status: 'running',
        kind,
        source,
        total,
        done: state.done,
        counts: state.counts,
        failure: null,
      };
    }
    case 'JobAdvanced':
      return { ...state, done: event.data.done, counts: event.data.counts };
    case 'JobCompleted':
      return { ...state, status: 'completed', done: state.total, counts: event.data.counts };
    case 'JobFailed':
      return { ...state, status: 'failed', failure: { code: event.data.code, reason: event.data.reason } };
  }
};
