import {
  accept,
  refuseContent,
  refuseMissing,
  refuseState,
  type DecideContext,
  type Decision,
} from '@orderloom/decider';
import type { AdvanceJobData, JobCommand, JobEvent, StartJobData } from '../messages/generated/job.ts';
import type { JobState } from './state.ts';

const start = (state: JobState, data: StartJobData, key: string): Decision<JobEvent> => {
  if (state.status === 'running' || state.status === 'completed')
    return refuseState(`job-${state.status}`, `job ${key} is ${state.status}; it cannot be started again`);
  const again = state.status === 'failed';
  if (again && (data.kind !== state.kind || data.source !== state.source || data.total !== state.total))
    return refuseContent(
      'other-source',
      `job ${key} failed on other input; start a new job for this one`,
      '/source',
    );
  return accept({ type: 'JobStarted', data });
};

const advance = (state: JobState, data: AdvanceJobData, key: string): Decision<JobEvent> => {
  if (data.done < state.done || data.done > state.total)
    return refuseContent(
      'steps-out-of-range',
      `job ${key} has done ${state.done} of ${state.total} steps; it cannot be at ${data.done}`,
      '/done',
    );
  return accept({ type: 'JobAdvanced', data });
};

/** How long work goes: started, advanced, and then completed or failed; a failed one may start again. */
export const decideJob = (
  state: JobState,
  command: JobCommand,
  context: Pick<DecideContext, 'stream'>,
): Decision<JobEvent> => {
  const key = context.stream.key;
  if (command.type === 'StartJob') return start(state, command.data, key);
  if (state.status === 'none') return refuseMissing('unknown-job', `there is no job ${key}`);
  if (state.status !== 'running') return refuseState(`job-${state.status}`, `job ${key} is ${state.status}`);
  switch (command.type) {
    case 'AdvanceJob':
      return advance(state, command.data, key);
    case 'CompleteJob':
      return accept({ type: 'JobCompleted', data: command.data });
    case 'FailJob':
      return accept({ type: 'JobFailed', data: command.data });
  }
};
