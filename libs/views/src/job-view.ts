import { jobStreamType, type JobState } from '@orderloom/domain';
import { instant } from './instant.ts';
import { streamView, type Stored, type StreamDocument } from './stream-view.ts';

export type JobDocument = StreamDocument<JobState>;

/** Lists: `all:`, `status:running`, `status:completed`, `status:failed`; `kind:<kind>`. */
export const jobView = streamView(jobStreamType, { lists: ({ state }) => [`kind:${state.kind}`] });

/** A job as readers get it. */
export const presentJob = ({ id, version, document }: Stored<JobDocument>) => ({
  jobId: id,
  ...document.state,
  status: document.status,
  createdAt: instant(document.createdAt),
  updatedAt: instant(document.updatedAt),
  version,
});
