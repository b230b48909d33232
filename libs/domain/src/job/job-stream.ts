import { defineStreamType, slotOf, type Explanation } from '@orderloom/decider';
import type { JobCommand, JobEvent } from '../messages/generated/job.ts';
import { decideJob } from './decide.ts';
import { evolveJob } from './evolve.ts';
import { noJob, type JobState, type JobStatus } from './state.ts';

const allowed: Readonly<Record<JobStatus, readonly string[]>> = {
  none: ['StartJob'],
  running: ['AdvanceJob', 'CompleteJob', 'FailJob'],
  completed: [],
  failed: ['StartJob'],
};

const refusable: Readonly<Record<JobStatus, readonly string[]>> = {
  none: [],
  running: ['AdvanceJob'],
  completed: [],
  failed: ['StartJob'],
};

const statusOf = (state: JobState): Explanation['status'] => ({ status: state.status });

const explainJob = (state: JobState): Explanation => ({
  status: statusOf(state),
  allowedCommands: allowed[state.status],
  mayRefuse: refusable[state.status],
});

/** The stream of one long piece of work (an import): key = job id. */
export const jobStreamType = defineStreamType<JobState, JobCommand, JobEvent, unknown>({
  name: 'job',
  foldId: 'job-1',
  decider: {
    initialState: noJob,
    decide: decideJob,
    evolve: evolveJob,
    isTerminal: (state) => state.status === 'completed',
  },
  slotOf,
  commands: {
    StartJob: { emits: ['JobStarted'] },
    AdvanceJob: { emits: ['JobAdvanced'] },
    CompleteJob: { emits: ['JobCompleted'] },
    FailJob: { emits: ['JobFailed'] },
  },
  statusOf,
  explain: explainJob,
});
